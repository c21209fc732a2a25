from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import pytest

from services.training.domain.assignment_commands import (
    AssignTraining,
    ResumeTraining,
    SuspendTraining,
    WithdrawTraining,
)
from services.training.domain.handbook import DistributeHandbook
from services.training.known import SHARDS, Known, LookAtEverybody, LookAtPerson, Training, shard_of
from services.training.reactions import perform, react
from services.training.tests.course_words import (
    ASSIGNED,
    COMPLETED,
    HANDBOOK_PUBLISHED,
    OPENED,
    PASSED,
    PLANNED,
    PUBLISHED,
)
from services.training.tests.story import GROUP, LONG_AGO, hired, known, left, on_leave, recorded, transferred
from services.training.tests.test_course_duties import COURSES, YEARLY, handbook
from services.training.tests.test_reactions import instants, kinds, looks
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.training import CourseKind, DocumentKind
from shared.runtime.reacting.reactions import Step

TODAY, LATER = date(2016, 5, 10), date(2016, 7, 1)
MORNING: Final = datetime(2016, 5, 9, 15, 5, tzinfo=UTC)
LATER_MORNING: Final = datetime(2016, 6, 30, 15, 0, tzinfo=UTC)


def offered(*told: DomainEvent) -> Known:
    training = Training((YEARLY,), COURSES, (handbook(1, date(2016, 4, 1)),))
    return replace(known(*GROUP, *told, campaigns=()), training=training)


def because(event: DomainEvent, *before: DomainEvent, today: date = TODAY) -> list[Step]:
    return list(react(recorded(event), offered(*before, event), today))


def told_by_us(event: DomainEvent) -> list[Step]:
    told = Recorded("e1", "/training", "course/SECURITY", 1, MORNING, MORNING, event)
    return list(react(told, offered(hired(LONG_AGO)), TODAY))


def test_a_hire_is_assigned_the_years_course_and_his_introduction_and_handed_the_handbook() -> None:
    steps = because(hired(TODAY))
    assert kinds(steps) == [AssignTraining, ResumeTraining, AssignTraining, ResumeTraining, DistributeHandbook]


def test_a_hire_told_ahead_is_looked_at_on_his_first_day() -> None:
    ahead = hired(LATER)
    assert (kinds(because(ahead)), looks(because(ahead))) == ([], [(LATER_MORNING, "P1")])
    steps = list(perform(LookAtPerson(person_id="P1", on=LATER), offered(ahead), LATER))
    assert kinds(steps).count(DistributeHandbook) == 1


def test_a_transfer_is_introduced_and_handed_the_handbook() -> None:
    steps = because(transferred(TODAY, "C01-D08"), hired(LONG_AGO))
    assert kinds(steps) == [AssignTraining, ResumeTraining, AssignTraining, ResumeTraining, DistributeHandbook]


def test_on_leave_his_courses_are_suspended_and_with_his_departure_withdrawn() -> None:
    assert kinds(because(on_leave(TODAY), hired(LONG_AGO))) == [AssignTraining, SuspendTraining]
    assert kinds(because(left(TODAY), hired(LONG_AGO))) == [WithdrawTraining]


@pytest.mark.parametrize(
    "event",
    [
        OPENED,
        PUBLISHED.model_copy(update={"course_kind": CourseKind.NEW_HIRE}),
        PUBLISHED.model_copy(update={"course_kind": CourseKind.TRANSFER}),
        HANDBOOK_PUBLISHED,
    ],
)
def test_what_is_new_for_many_looks_at_everybody(event: DomainEvent) -> None:
    assert instants(told_by_us(event)) == {MORNING}


def test_a_handbook_published_ahead_looks_at_everybody_on_its_day() -> None:
    ahead = HANDBOOK_PUBLISHED.model_copy(update={"effective_from": LATER})
    assert instants(told_by_us(ahead)) == {LATER_MORNING}


@pytest.mark.parametrize(
    "event",
    [
        PLANNED,
        PUBLISHED,
        PUBLISHED.model_copy(update={"course_kind": CourseKind.NEW_HIRE, "version": 2}),
        HANDBOOK_PUBLISHED.model_copy(update={"version": 2}),
        HANDBOOK_PUBLISHED.model_copy(update={"document_kind": DocumentKind.MANUAL}),
        ASSIGNED,
        PASSED,
        COMPLETED,
    ],
)
def test_what_changes_nothing_for_anybody_looks_at_nobody(event: DomainEvent) -> None:
    assert told_by_us(event) == []


def test_looking_at_everybody_assigns_everybody_once() -> None:
    people = [f"P{number}" for number in range(40)]
    now = offered(*(hired(LONG_AGO, person=person) for person in people))
    steps = [step for shard in SHARDS for step in perform(LookAtEverybody(shard=shard), now, TODAY)]
    assert sorted(step.person_id for step in steps if isinstance(step, AssignTraining)) == sorted(people)
    assert {shard_of(person) for person in people} <= set(SHARDS)
