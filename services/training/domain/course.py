"""A course: published in versions until it is retired (F13, F16)."""

from dataclasses import dataclass
from typing import Annotated, TypeAlias, assert_never

from pydantic import Field

from services.training.domain.versions import publish
from shared.decider import Command, Decider, Rejected
from shared.events.base import Identifier, Sha256
from shared.events.training import CourseKind, CoursePublished, CourseRetired, CourseTold, Language, Score


class OfCourse(Command):
    kind = "course"
    course_id: Identifier

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.course_id}"


class PublishCourse(OfCourse):
    version: Annotated[int, Field(ge=1)]
    course_kind: CourseKind
    languages: tuple[Language, ...]
    content_hash: Sha256
    pass_mark: Score
    law_refs: tuple[Identifier, ...] = ()


class RetireCourse(OfCourse):
    pass


@dataclass(frozen=True)
class Unpublished:
    pass


@dataclass(frozen=True)
class Published:
    latest: CoursePublished


@dataclass(frozen=True)
class Retired:
    latest: CoursePublished


Course: TypeAlias = Unpublished | Published | Retired
CourseCommand: TypeAlias = PublishCourse | RetireCourse


def decide(command: CourseCommand, course: Course) -> list[CourseTold]:
    match command, course:
        case PublishCourse(), Unpublished():
            return [*publish(_told(command), None)]
        case PublishCourse(), Published(latest):
            return [*_next(_told(command), latest)]
        case RetireCourse(course_id=course_id), Published():
            return [CourseRetired(course_id=course_id)]
        case RetireCourse(), Retired():
            return []
        case PublishCourse(), Retired():
            raise Rejected(
                "a retired course is not published again: give the new one an id of its own", "course-retired"
            )
        case _:
            raise Rejected("a course that was never published can not be retired", "course-unpublished")


def _told(command: PublishCourse) -> CoursePublished:
    return CoursePublished.model_validate(command.model_dump())


def _next(told: CoursePublished, latest: CoursePublished) -> list[CoursePublished]:
    if told.course_kind is not latest.course_kind:
        raise Rejected(f"the course is of kind {latest.course_kind}: what it is for does not change", "kind-changed")
    return publish(told, latest)


def evolve(course: Course, event: CourseTold) -> Course:
    match event:
        case CoursePublished():
            return Published(event)
        case CourseRetired():
            return Retired(course.latest) if isinstance(course, Published) else course
        case _:
            assert_never(event)


COURSE: Decider[CourseCommand, Course, CourseTold] = Decider(Unpublished(), decide, evolve)
