from datetime import date, timedelta
from itertools import permutations
from typing import Any, Final

import pytest
from msgspec.structs import replace

from services.training.domain.assignment_commands import AssignTraining, OfAssignment, SuspendTraining, WithdrawTraining
from services.training.domain.handbook import DistributeHandbook
from services.training.duties.courses import course_duties, introduction_of, yearly_of
from services.training.duties.handbooks import handbook_duties
from services.training.duties.look import Look
from services.training.tests.story import (
    GROUP,
    LONG_AGO,
    assigned,
    back,
    company_left,
    hired,
    known,
    left,
    on_leave,
    transferred,
)
from services.training.views.courses import CourseRow
from services.training.views.rule_documents import RuleDocumentRow
from services.training.views.training_campaigns import TrainingCampaignRow
from shared.events.base import DomainEvent
from shared.events.hr import PersonKind, TransferKind
from shared.events.training import AssignmentCause, CourseKind

OPENING, MAY, JULY, LAST_DAY = date(2016, 4, 1), date(2016, 5, 10), date(2016, 7, 1), date(2017, 3, 31)
ONE_DAY, THIRTY_DAYS = timedelta(days=1), timedelta(days=30)
YEARLY: Final = TrainingCampaignRow(
    campaign_id="TRAINING-FY2017",
    fy="FY2017",
    course_id="SECURITY",
    course_version=3,
    course_kind="ANNUAL_ONLINE",
    pass_mark=80,
    opens_on=OPENING,
    due_date=date(2016, 4, 30),
    period_end=LAST_DAY,
    open=True,
)


def course(kind: CourseKind, **fields: Any) -> CourseRow:
    row = CourseRow(kind.value, 1, kind.value, ("ja",), "d" * 64, 80, (), OPENING, retired=False)
    return replace(row, **fields)


def handbook(version: int, effective_from: date) -> RuleDocumentRow:
    return RuleDocumentRow(f"HANDBOOK/{version}", "HANDBOOK", version, "HANDBOOK", effective_from, "d" * 64)


SECURITY, NEW_HIRE, TRANSFER = map(course, (CourseKind.ANNUAL_ONLINE, CourseKind.NEW_HIRE, CourseKind.TRANSFER))
COURSES: Final = (replace(SECURITY, course_id="SECURITY"), NEW_HIRE, TRANSFER)


def look_at(told: tuple[DomainEvent, ...], today: date) -> Look:
    now = known(*GROUP, *told)
    return Look("P1", now.organisation.person("P1"), now.trains, today)


def duties(
    *told: DomainEvent, today: date, courses: tuple[CourseRow, ...] = COURSES, **yearly: Any
) -> list[OfAssignment]:
    return course_duties(look_at(told, today), [replace(YEARLY, **yearly)], courses)


def assignments(*told: DomainEvent, today: date, **more: Any) -> list[AssignTraining]:
    """What P1 is assigned on a day."""
    return [command for command in duties(*told, today=today, **more) if isinstance(command, AssignTraining)]


def causes(*told: DomainEvent, today: date, **more: Any) -> list[tuple[str, date]]:
    return [(each.cause.value, each.due_date) for each in assignments(*told, today=today, **more)]


def withdrawn(commands: list[OfAssignment]) -> set[str]:
    return {command.assignment_id for command in commands if isinstance(command, WithdrawTraining)}


# --- the year's course (F13) ------------------------------------------------------------------------------------------


def test_who_is_in_post_when_it_opens_takes_the_years_course_by_its_due_date() -> None:
    (assignment,) = assignments(hired(LONG_AGO), today=OPENING)
    assert (assignment.course_id, assignment.course_version, assignment.pass_mark) == ("SECURITY", 3, 80)
    assert (assignment.cause, assignment.campaign_id) == (AssignmentCause.CAMPAIGN, "TRAINING-FY2017")
    assert (assignment.since, assignment.due_date, assignment.period_end) == (OPENING, date(2016, 4, 30), LAST_DAY)
    assert (assignment.company_id, assignment.org_unit_id) == ("C01", "C01-D07")


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2016, 3, 31), date(2016, 4, 30)),
        (date(2016, 4, 1), date(2016, 4, 30)),
        (date(2016, 4, 2), date(2016, 5, 2)),
        (date(2017, 3, 1), date(2017, 3, 31)),
        (date(2017, 3, 2), date(2017, 3, 31)),
    ],
)
def test_who_comes_later_has_thirty_days_but_not_beyond_the_year(day: date, due: date) -> None:
    (assignment,) = assignments(hired(day), today=max(day, OPENING), courses=(COURSES[0],))
    assert assignment.due_date == due


@pytest.mark.parametrize("hire", [30, 31, 29])
def test_thirty_days_are_never_less_than_what_the_others_have(hire: int) -> None:
    due = date(2016, 8, 31)
    day = due - timedelta(days=hire)
    (assignment,) = assignments(hired(day), today=day, courses=(COURSES[0],), due_date=due)
    assert assignment.due_date == max(due, day + THIRTY_DAYS)


@pytest.mark.parametrize(
    ("event", "taught"),
    [
        (hired(LONG_AGO, kind=PersonKind.EMPLOYEE), True),
        (hired(LONG_AGO, kind=PersonKind.EXECUTIVE), True),
        (hired(LONG_AGO, kind=PersonKind.DISPATCHED), True),
        (assigned(LONG_AGO), False),
        (hired(LONG_AGO, "C02-D07"), True),
        (hired(LONG_AGO, "C03-D07"), False),
        (hired(LONG_AGO, "C04-D07"), False),
    ],
)
def test_it_is_for_the_companies_at_home_and_not_for_suppliers(event: DomainEvent, taught: bool) -> None:
    assert bool(assignments(event, today=OPENING)) == taught


def test_a_country_that_pledges_does_not_train() -> None:
    now = known(*GROUP, hired(LONG_AGO, "C03-D07"), target_since={"SG": LONG_AGO})
    look = Look("P1", now.organisation.person("P1"), now.trains, OPENING)
    assert withdrawn(course_duties(look, [YEARLY], COURSES)) == {yearly_of("P1", YEARLY)}


def test_on_leave_it_is_suspended() -> None:
    assert SuspendTraining(assignment_id=yearly_of("P1", YEARLY)) in duties(
        hired(LONG_AGO), on_leave(MAY), today=MAY
    )  # fmt: skip


@pytest.mark.parametrize("ending", [left(MAY), transferred(MAY, "C04-D07"), company_left("C01", MAY)])
def test_who_left_or_went_abroad_is_not_waited_for(ending: DomainEvent) -> None:
    assert duties(hired(LONG_AGO), ending, today=MAY - ONE_DAY) != []
    assert duties(hired(LONG_AGO), ending, today=MAY) == [WithdrawTraining(assignment_id=yearly_of("P1", YEARLY))]


@pytest.mark.parametrize(("today", "runs"), [(LAST_DAY, True), (LAST_DAY + ONE_DAY, False)])
def test_after_the_year_nobody_is_assigned_it(today: date, runs: bool) -> None:
    assert bool(duties(hired(LONG_AGO), today=today)) == runs


def test_a_campaign_that_is_not_open_assigns_nothing() -> None:
    assert duties(hired(LONG_AGO), today=OPENING, open=False) == []


def test_a_retired_course_is_assigned_to_nobody_and_who_leaves_is_still_withdrawn() -> None:
    retired = (replace(COURSES[0], retired=True),)
    assert assignments(hired(LONG_AGO), today=MAY, courses=retired) == []
    gone = duties(hired(LONG_AGO), left(MAY), today=MAY, courses=retired)
    assert withdrawn(gone) == {yearly_of("P1", YEARLY)}


def test_two_campaigns_are_two_assignments() -> None:
    my_number = replace(YEARLY, campaign_id="MY-NUMBER-FY2017", course_kind="MY_NUMBER", course_id="MY-NUMBER")
    commands = course_duties(look_at((hired(LONG_AGO),), OPENING), [YEARLY, my_number], COURSES)
    assert len({each.assignment_id for each in commands if isinstance(each, AssignTraining)}) == 2


# --- the introduction (F16) -------------------------------------------------------------------------------------------


def introductions(*told: DomainEvent, today: date, **more: Any) -> list[tuple[str, date, date]]:
    found = assignments(*told, today=today, **more)
    return [(each.cause.value, each.since, each.due_date) for each in found if each.campaign_id is None]


@pytest.mark.parametrize(("today", "introduced"), [(MAY - ONE_DAY, False), (MAY, True), (MAY + ONE_DAY, True)])
def test_a_hire_is_introduced_within_thirty_days_from_his_first_day_on(today: date, introduced: bool) -> None:
    expected = [("HIRE", MAY, MAY + THIRTY_DAYS)] if introduced else []
    assert introductions(hired(MAY), today=today) == expected


def test_the_introduction_says_which_year_and_which_version() -> None:
    second = replace(NEW_HIRE, version=2, pass_mark=60)
    (assignment,) = (each for each in assignments(hired(MAY), today=MAY, courses=(second,)) if not each.campaign_id)
    assert (assignment.fy, assignment.course_version, assignment.pass_mark) == ("FY2017", 2, 60)
    assert (assignment.course_kind, assignment.period_end) == (CourseKind.NEW_HIRE, LAST_DAY)


@pytest.mark.parametrize(
    ("day", "period_end"),
    [(date(2017, 3, 1), LAST_DAY), (date(2017, 3, 2), date(2018, 3, 31)), (LAST_DAY, date(2018, 3, 31))],
)
def test_who_is_hired_in_march_has_his_days_in_april_too(day: date, period_end: date) -> None:
    (assignment,) = (each for each in assignments(hired(day), today=day) if each.cause is AssignmentCause.HIRE)
    assert (assignment.fy, assignment.due_date, assignment.period_end) == ("FY2017", day + THIRTY_DAYS, period_end)


def test_who_was_there_when_the_system_began_is_no_hire() -> None:
    there = hired(MAY).model_copy(update={"initial_load": True})
    assert introductions(there, today=MAY) == []
    moved = transferred(JULY, "C01-D08")
    assert introductions(there, moved, today=JULY) == [("TRANSFER", JULY, JULY + THIRTY_DAYS)]


def test_a_transfer_is_introduced_and_a_second_one_again() -> None:
    told = (hired(LONG_AGO), transferred(MAY, "C01-D08"), transferred(JULY, "C02-D07"))
    first, second = ("TRANSFER", MAY, MAY + THIRTY_DAYS), ("TRANSFER", JULY, JULY + THIRTY_DAYS)
    assert introductions(*told, today=MAY) == [first]
    assert introductions(*told, today=JULY) == [first, second]


def test_a_hire_who_is_transferred_takes_both() -> None:
    told = (hired(MAY), transferred(JULY, "C01-D08"))
    assert [cause for cause, _, _ in introductions(*told, today=JULY)] == ["HIRE", "TRANSFER"]


def test_what_else_changes_is_neither_a_hire_nor_a_transfer() -> None:
    told = (hired(MAY), transferred(MAY + THIRTY_DAYS, "C01-D08"), on_leave(JULY), back(JULY + THIRTY_DAYS))
    found = introductions(*told, today=JULY + THIRTY_DAYS)
    assert [(cause, since) for cause, since, _ in found] == [("HIRE", MAY), ("TRANSFER", MAY + THIRTY_DAYS)]


def test_a_further_post_is_no_transfer() -> None:
    told = (hired(LONG_AGO), transferred(MAY, "C01-D08", kind=TransferKind.CONCURRENT))
    assert introductions(*told, today=MAY) == []


def test_who_comes_home_from_abroad_is_transferred_and_not_hired() -> None:
    told = (hired(MAY, "C04-D07"), transferred(JULY, "C01-D07"))
    assert introductions(*told, today=JULY) == [("TRANSFER", JULY, JULY + THIRTY_DAYS)]


@pytest.mark.parametrize("event", [hired(MAY, "C03-D07"), hired(MAY, "C04-D07"), assigned(MAY)])
def test_abroad_and_at_suppliers_nobody_is_introduced(event: DomainEvent) -> None:
    assert introductions(event, today=MAY) == []


@pytest.mark.parametrize(
    ("published_on", "introduced"), [(MAY - ONE_DAY, True), (MAY, True), (MAY + ONE_DAY, False)]
)  # fmt: skip
def test_nobody_is_introduced_by_a_course_that_came_after_him(published_on: date, introduced: bool) -> None:
    later = (replace(NEW_HIRE, published_on=published_on),)
    assert bool(introductions(hired(MAY), today=JULY, courses=later)) == introduced


@pytest.mark.parametrize(("since", "reached"), [(date(2016, 3, 31), False), (date(2016, 4, 1), True)])
def test_nothing_reaches_further_back_than_the_year_before(since: date, reached: bool) -> None:
    long_there = (replace(NEW_HIRE, published_on=LONG_AGO),)
    today = date(2017, 4, 1)
    assert bool(introductions(hired(since), today=today, courses=long_there)) == reached


def test_of_two_courses_the_newest_that_was_there_is_taken() -> None:
    newer = replace(NEW_HIRE, course_id="NEWER", published_on=MAY)
    newest = replace(NEW_HIRE, course_id="NEWEST", published_on=MAY + ONE_DAY)
    retired = replace(NEW_HIRE, course_id="RETIRED", published_on=MAY, retired=True)
    found = assignments(hired(MAY), today=JULY, courses=(NEW_HIRE, retired, newest, newer))
    assert [each.course_id for each in found if not each.campaign_id] == ["NEWER"]


@pytest.mark.parametrize("ending", [left(JULY), transferred(JULY, "C04-D07"), hired(JULY, "C02-D07")])
def test_the_introduction_ends_with_the_employment(ending: DomainEvent) -> None:
    """Hired by another company, he is introduced there."""
    mine = introduction_of("P1", AssignmentCause.HIRE, MAY)
    assert mine not in withdrawn(duties(hired(MAY), ending, today=JULY - ONE_DAY))
    assert mine in withdrawn(duties(hired(MAY), ending, today=JULY))


def test_on_leave_the_introduction_waits_too() -> None:
    told = (hired(MAY), on_leave(MAY + ONE_DAY), back(JULY))
    mine = introduction_of("P1", AssignmentCause.HIRE, MAY)
    assert SuspendTraining(assignment_id=mine) in duties(*told, today=JULY - ONE_DAY)
    assert SuspendTraining(assignment_id=mine) not in duties(*told, today=JULY)


def test_the_order_of_what_is_told_changes_nothing() -> None:
    told = (hired(MAY), transferred(MAY + THIRTY_DAYS, "C01-D08"), on_leave(JULY))
    found = {tuple(duties(*order, today=JULY)) for order in permutations(told)}
    assert len(found) == 1


def test_without_courses_nothing_is_asked() -> None:
    assert course_duties(look_at((hired(MAY),), MAY), [], ()) == []


# --- the handbook (F16) -----------------------------------------------------------------------------------------------


def handed(*told: DomainEvent, today: date, documents: tuple[RuleDocumentRow, ...]) -> list[DistributeHandbook]:
    return handbook_duties(look_at(told, today), documents)


def test_hires_and_transfers_are_handed_the_handbook() -> None:
    told = (hired(MAY), transferred(JULY, "C01-D08"))
    found = handed(*told, today=JULY, documents=(handbook(1, OPENING),))
    assert [(each.cause.value, each.since, each.version) for each in found] == [
        ("HIRE", MAY, 1),
        ("TRANSFER", JULY, 1),
    ]


@pytest.mark.parametrize(("today", "version"), [(JULY - ONE_DAY, 1), (JULY, 2)])
def test_the_version_is_the_one_in_force_on_the_day(today: date, version: int) -> None:
    (found,) = handed(hired(MAY), today=today, documents=(handbook(1, OPENING), handbook(2, JULY)))
    assert found.version == version


@pytest.mark.parametrize(("first", "count"), [(MAY, 1), (MAY + ONE_DAY, 0)])
def test_nobody_is_handed_a_handbook_that_came_after_him(first: date, count: int) -> None:
    assert len(handed(hired(MAY), today=JULY, documents=(handbook(1, first),))) == count


def test_only_handbooks_are_handed_out_and_only_to_who_is_there() -> None:
    manual = replace(handbook(1, OPENING), document_kind="MANUAL")
    assert handed(hired(MAY), today=MAY, documents=(manual,)) == []
    assert handed(hired(MAY), left(JULY), today=JULY, documents=(handbook(1, OPENING),)) == []
