"""Which courses are there, and in which version are they to be taken?"""

from datetime import date

import msgspec
from msgspec.structs import replace

from services.training.schema import metadata
from shared.events.codec import Recorded
from shared.events.topics import TRAINING
from shared.events.training import CoursePublished, CourseRetired
from shared.law.calendar import business_date
from shared.runtime.reading.views import View, table_of


class CourseRow(msgspec.Struct, frozen=True):
    """`published_on` is the day of its first version."""

    course_id: str
    version: int
    course_kind: str
    languages: tuple[str, ...]
    content_hash: str
    pass_mark: int
    law_refs: tuple[str, ...]
    published_on: date
    retired: bool


def key(recorded: Recorded) -> str | None:
    match recorded.event:
        case CoursePublished(course_id=course_id) | CourseRetired(course_id=course_id):
            return course_id
        case _:
            return None


def project(row: CourseRow | None, recorded: Recorded) -> CourseRow | None:
    match recorded.event:
        case CoursePublished() as published:
            first = row.published_on if row else business_date(recorded.time)
            return CourseRow(**published.model_dump(), published_on=first, retired=False)
        case CourseRetired():
            return replace(row, retired=True) if row else None
        case _:
            return row


def courses_view(name: str) -> View[CourseRow]:
    """Kept twice: to be shown, and for the reactions."""
    table = table_of(CourseRow, name, metadata)
    return View(name, (TRAINING,), table, CourseRow, key, project, frozenset({"course"}))


COURSES = courses_view("courses")
KNOWN_COURSES = courses_view("known_courses")
