from datetime import timedelta

import pytest

from services.training.domain.course import COURSE, RetireCourse
from services.training.domain.handbook import HANDBOOK, AcknowledgeHandbook, DistributeHandbook
from services.training.domain.rule_document import RULE_DOCUMENT
from services.training.tests.course_words import HANDBOOK_PUBLISHED, PUBLISH, PUBLISH_HANDBOOK, PUBLISHED
from services.training.tests.words import OPENS
from shared.events.training import (
    AssignmentCause,
    CourseKind,
    CourseRetired,
    CourseTold,
    DocumentKind,
    HandbookAcknowledged,
    HandbookDistributed,
)
from shared.testing.givens import Given

course, document, handbook = Given(COURSE), Given(RULE_DOCUMENT), Given(HANDBOOK)
RETIRE, RETIRED = RetireCourse(course_id="SECURITY"), CourseRetired(course_id="SECURITY")
SECOND = {"version": 2}
HAND = DistributeHandbook(
    person_id="P1", document_id="HANDBOOK", version=1, cause=AssignmentCause.HIRE, since=OPENS
)  # fmt: skip
HANDED = HandbookDistributed(**HAND.model_dump())
CONFIRM = AcknowledgeHandbook(person_id="P1", document_id="HANDBOOK", version=1, acknowledged_by="P1")
CONFIRMED = HandbookAcknowledged(person_id="P1", document_id="HANDBOOK", version=1)


# --- courses ----------------------------------------------------------------------------------------------------------


def test_a_course_is_published_in_versions_that_grow_by_one() -> None:
    course().when(PUBLISH).then(PUBLISHED)
    course(PUBLISHED).when(PUBLISH.model_copy(update=SECOND)).then(PUBLISHED.model_copy(update=SECOND))


@pytest.mark.parametrize(("before", "version"), [((), 2), ((PUBLISHED,), 3)])
def test_no_version_is_left_out(before: tuple[CourseTold, ...], version: int) -> None:
    course(*before).when(PUBLISH.model_copy(update={"version": version})).then_rejected("version-not-next")


def test_what_was_published_is_not_changed() -> None:
    course(PUBLISHED).when(PUBLISH).then_nothing()
    course(PUBLISHED).when(PUBLISH.model_copy(update={"pass_mark": 60})).then_rejected("version-not-next")
    second = PUBLISHED.model_copy(update=SECOND)
    course(PUBLISHED, second).when(PUBLISH).then_rejected("version-not-next")


def test_what_a_course_is_for_does_not_change() -> None:
    other = PUBLISH.model_copy(update={**SECOND, "course_kind": CourseKind.NEW_HIRE})
    course(PUBLISHED).when(other).then_rejected("kind-changed")


def test_a_course_is_retired_once_and_for_good() -> None:
    course(PUBLISHED).when(RETIRE).then(RETIRED)
    course(PUBLISHED, RETIRED).when(RETIRE).then_nothing()
    course(PUBLISHED, RETIRED).when(PUBLISH.model_copy(update=SECOND)).then_rejected("course-retired")
    course().when(RETIRE).then_rejected("course-unpublished")


# --- documents --------------------------------------------------------------------------------------------------------


def test_a_document_is_published_in_versions_that_grow_by_one() -> None:
    document().when(PUBLISH_HANDBOOK).then(HANDBOOK_PUBLISHED)
    document(HANDBOOK_PUBLISHED).when(PUBLISH_HANDBOOK).then_nothing()
    second = PUBLISH_HANDBOOK.model_copy(update=SECOND)
    document(HANDBOOK_PUBLISHED).when(second).then(HANDBOOK_PUBLISHED.model_copy(update=SECOND))
    document().when(second).then_rejected("version-not-next")


def test_a_later_version_is_not_in_force_before_the_earlier() -> None:
    second = PUBLISH_HANDBOOK.model_copy(update={**SECOND, "effective_from": OPENS - timedelta(days=1)})
    document(HANDBOOK_PUBLISHED).when(second).then_rejected("version-before-last")


def test_what_a_document_is_does_not_change() -> None:
    second = PUBLISH_HANDBOOK.model_copy(update={**SECOND, "document_kind": DocumentKind.MANUAL})
    document(HANDBOOK_PUBLISHED).when(second).then_rejected("kind-changed")


# --- handbooks --------------------------------------------------------------------------------------------------------


def test_a_handbook_is_handed_out_once_for_a_hire_or_transfer() -> None:
    handbook().when(HAND).then(HANDED)
    handbook(HANDED).when(HAND).then_nothing()


def test_a_newer_version_is_not_handed_out_again_for_the_same_hire() -> None:
    handbook(HANDED).when(HAND.model_copy(update=SECOND)).then_nothing()


def test_with_the_next_transfer_it_is_handed_out_again() -> None:
    transfer = {"cause": AssignmentCause.TRANSFER, "since": OPENS + timedelta(days=90)}
    handbook(HANDED).when(HAND.model_copy(update=transfer)).then(HANDED.model_copy(update=transfer))


def test_the_person_confirms_once_that_he_has_it() -> None:
    handbook(HANDED).when(CONFIRM).then(CONFIRMED)
    handbook(HANDED, CONFIRMED).when(CONFIRM).then_nothing()


def test_nobody_confirms_for_another_or_what_he_was_not_handed() -> None:
    handbook(HANDED).when(CONFIRM.model_copy(update={"acknowledged_by": "P2"})).then_rejected("not-the-holder")
    handbook().when(CONFIRM).then_rejected("handbook-not-distributed")
    handbook(HANDED).when(CONFIRM.model_copy(update=SECOND)).then_rejected("handbook-not-distributed")
