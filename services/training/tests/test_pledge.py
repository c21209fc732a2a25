from datetime import UTC, date, datetime
from typing import Final

import pytest
from pydantic import BaseModel

from services.training.domain.pledge import PLEDGE, Requested, name, timers
from services.training.domain.pledge_commands import LapsePledge, MarkPledgeOverdue, PledgeCommand, ResumePledge
from services.training.tests.words import (
    DECLINE,
    DECLINED,
    DUE,
    END,
    LAPSE,
    LAPSED,
    LATER_DUE,
    MARK_OVERDUE,
    OTHER_TEXT,
    OVERDUE,
    REQUEST,
    REQUESTED,
    RESUME,
    RESUMED,
    SIGN,
    SIGNED,
    SUPERSEDE,
    SUPERSEDED,
    SUSPEND,
    SUSPENDED,
    WITHDRAW,
    WITHDRAWN,
)
from shared.decider import Timer
from shared.events.hr import PersonKind
from shared.events.training import PledgeTold
from shared.testing.givens import Given

given = Given(PLEDGE)
OVER: Final[dict[str, PledgeTold]] = {
    "declined": DECLINED,
    "withdrawn": WITHDRAWN,
    "lapsed": LAPSED,
    "superseded": SUPERSEDED,
}


def changed(command: BaseModel, **fields: object) -> PledgeCommand:
    return type(command).model_validate(command.model_dump() | fields)  # type: ignore[return-value]


# --- asked ------------------------------------------------------------------------------------------------------------


def test_who_was_not_asked_is_asked() -> None:
    given().when(REQUEST).then(REQUESTED)


def test_nobody_is_asked_twice() -> None:
    given(REQUESTED).when(REQUEST).then_nothing()


def test_who_signed_is_not_asked_again() -> None:
    given(REQUESTED, SIGNED).when(REQUEST).then_nothing()


def test_who_left_and_came_back_is_asked_again() -> None:
    given(REQUESTED, WITHDRAWN).when(REQUEST).then(REQUESTED)


@pytest.mark.parametrize("how", ["declined", "lapsed", "superseded"])
def test_what_is_over_is_not_asked_again(how: str) -> None:
    given(REQUESTED, OVER[how]).when(REQUEST).then_nothing()


# --- signed -----------------------------------------------------------------------------------------------------------


def test_a_pledge_is_signed() -> None:
    given(REQUESTED).when(SIGN).then(SIGNED)


@pytest.mark.parametrize("meanwhile", [OVERDUE, SUSPENDED])
def test_late_or_on_leave_one_may_still_sign(meanwhile: PledgeTold) -> None:
    given(REQUESTED, meanwhile).when(SIGN).then(SIGNED)


def test_signing_twice_changes_nothing() -> None:
    given(REQUESTED, SIGNED).when(SIGN).then_nothing()


def test_the_signature_tells_where_the_signer_is_now() -> None:
    moved = {"person_kind": PersonKind.EXECUTIVE, "company_id": "C02", "org_unit_id": "C02-D01"}
    given(REQUESTED).when(changed(SIGN, **moved)).then(SIGNED.model_copy(update=moved))


def test_a_signature_without_a_known_post_keeps_the_one_of_the_request() -> None:
    supplier = REQUESTED.model_copy(update={"person_kind": PersonKind.SUPPLIER, "contractor_id": "K1"})
    given(supplier).when(SIGN).then(
        SIGNED.model_copy(update={"person_kind": PersonKind.SUPPLIER, "contractor_id": "K1"})
    )


@pytest.mark.parametrize("before", [(REQUESTED,), (REQUESTED, SIGNED)])
def test_nobody_signs_for_somebody_else(before: tuple[PledgeTold, ...]) -> None:
    given(*before).when(changed(SIGN, person_id="P2")).then_rejected("not-the-signer")


def test_only_the_text_that_was_asked_for_can_be_signed() -> None:
    given(REQUESTED).when(changed(SIGN, template_hash=OTHER_TEXT)).then_rejected("template-changed")


def test_a_text_has_to_be_read_to_its_end() -> None:
    given(REQUESTED).when(changed(SIGN, pages_viewed=3)).then_rejected("not-read")


def test_what_nobody_asked_for_can_not_be_signed() -> None:
    given().when(SIGN).then_rejected("pledge-not-open")


@pytest.mark.parametrize("how", sorted(OVER))
def test_what_is_over_can_not_be_signed(how: str) -> None:
    given(REQUESTED, OVER[how]).when(SIGN).then_rejected("pledge-not-open")


# --- declined ---------------------------------------------------------------------------------------------------------


def test_a_pledge_is_declined() -> None:
    given(REQUESTED).when(DECLINE).then(DECLINED)


def test_declining_twice_changes_nothing() -> None:
    given(REQUESTED, DECLINED).when(DECLINE).then_nothing()


def test_nobody_declines_for_somebody_else() -> None:
    given(REQUESTED).when(changed(DECLINE, person_id="P2")).then_rejected("not-the-signer")


@pytest.mark.parametrize("before", [(), (REQUESTED, SIGNED), (REQUESTED, LAPSED), (REQUESTED, WITHDRAWN)])
def test_only_an_open_pledge_can_be_declined(before: tuple[PledgeTold, ...]) -> None:
    given(*before).when(DECLINE).then_rejected("pledge-not-open")


# --- leave ------------------------------------------------------------------------------------------------------------


def test_leave_suspends_a_request() -> None:
    given(REQUESTED).when(SUSPEND).then(SUSPENDED)


def test_leave_suspends_once() -> None:
    given(REQUESTED, SUSPENDED).when(SUSPEND).then_nothing()


def test_back_from_leave_there_is_a_new_due_date() -> None:
    given(REQUESTED, SUSPENDED).when(RESUME).then(RESUMED)


def test_the_new_due_date_is_never_earlier() -> None:
    earlier = ResumePledge(pledge_id="L1", due_date=date(2016, 4, 15))
    given(REQUESTED, SUSPENDED).when(earlier).then(RESUMED.model_copy(update={"due_date": DUE}))


def test_the_new_due_date_is_never_after_the_period() -> None:
    beyond = ResumePledge(pledge_id="L1", due_date=date(2017, 4, 20))
    given(REQUESTED, SUSPENDED).when(beyond).then(RESUMED.model_copy(update={"due_date": END}))


def test_who_was_not_on_leave_comes_back_to_nothing_new() -> None:
    given(REQUESTED).when(RESUME).then_nothing()


@pytest.mark.parametrize("command", [SUSPEND, RESUME])
@pytest.mark.parametrize("before", [(), (REQUESTED, SIGNED), (REQUESTED, DECLINED)])
def test_leave_matters_only_to_an_open_request(command: PledgeCommand, before: tuple[PledgeTold, ...]) -> None:
    given(*before).when(command).then_nothing()


# --- the calendar -----------------------------------------------------------------------------------------------------


def test_a_request_becomes_overdue() -> None:
    given(REQUESTED).when(MARK_OVERDUE).then(OVERDUE)


def test_a_request_becomes_overdue_once() -> None:
    given(REQUESTED, OVERDUE).when(MARK_OVERDUE).then_nothing()


def test_who_is_on_leave_is_not_overdue() -> None:
    given(REQUESTED, SUSPENDED).when(MARK_OVERDUE).then_nothing()


def test_a_due_date_that_no_longer_holds_makes_nobody_overdue() -> None:
    given(REQUESTED, SUSPENDED, RESUMED).when(MARK_OVERDUE).then_nothing()


def test_the_new_due_date_makes_overdue() -> None:
    late = MarkPledgeOverdue(pledge_id="L1", due_date=LATER_DUE)
    given(REQUESTED, OVERDUE, SUSPENDED, RESUMED).when(late).then(OVERDUE.model_copy(update={"due_date": LATER_DUE}))


@pytest.mark.parametrize("meanwhile", [(), (OVERDUE,), (SUSPENDED,)])
def test_a_request_lapses_with_its_period(meanwhile: tuple[PledgeTold, ...]) -> None:
    given(REQUESTED, *meanwhile).when(LAPSE).then(LAPSED)


@pytest.mark.parametrize("meanwhile", [(), (OVERDUE,), (SUSPENDED,)])
def test_who_leaves_is_not_asked_any_more(meanwhile: tuple[PledgeTold, ...]) -> None:
    given(REQUESTED, *meanwhile).when(WITHDRAW).then(WITHDRAWN)


@pytest.mark.parametrize("before", [(REQUESTED,), (REQUESTED, SUSPENDED), (REQUESTED, SIGNED)])
def test_a_newer_text_supersedes_what_was_asked_and_what_was_signed(before: tuple[PledgeTold, ...]) -> None:
    given(*before).when(SUPERSEDE).then(SUPERSEDED)


@pytest.mark.parametrize("command", [MARK_OVERDUE, LAPSE, WITHDRAW])
def test_what_was_signed_stays_signed(command: PledgeCommand) -> None:
    given(REQUESTED, SIGNED).when(command).then_nothing()


@pytest.mark.parametrize("command", [MARK_OVERDUE, LAPSE, WITHDRAW, SUPERSEDE])
@pytest.mark.parametrize("how", [None, *sorted(OVER)])
def test_what_never_was_or_is_over_does_not_change(command: PledgeCommand, how: str | None) -> None:
    given(*([REQUESTED, OVER[how]] if how else [])).when(command).then_nothing()


# --- state and timers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "called"),
    [
        ((), "unrequested"),
        ((REQUESTED,), "requested"),
        ((REQUESTED, OVERDUE), "overdue"),
        ((REQUESTED, OVERDUE, SUSPENDED), "suspended"),
        ((REQUESTED, OVERDUE, SUSPENDED, RESUMED), "requested"),
        ((REQUESTED, SIGNED), "signed"),
        ((REQUESTED, SIGNED, SUPERSEDED), "superseded"),
        ((REQUESTED, DECLINED), "declined"),
        ((REQUESTED, LAPSED), "lapsed"),
        ((REQUESTED, WITHDRAWN), "withdrawn"),
        ((REQUESTED, WITHDRAWN, REQUESTED), "requested"),
    ],
)
def test_a_state_has_a_name(events: tuple[PledgeTold, ...], called: str) -> None:
    assert name(PLEDGE.fold(events)) == called


def test_a_new_due_date_replaces_the_old_one() -> None:
    pledge = PLEDGE.fold([REQUESTED, SUSPENDED, RESUMED])
    assert isinstance(pledge, Requested)
    assert pledge.due_date == LATER_DUE


def five_past_midnight_in_japan(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 15, 5, tzinfo=UTC)


def test_a_request_sets_a_timer_for_the_day_after_its_due_date_and_one_for_the_day_after_its_period() -> None:
    overdue = Timer(five_past_midnight_in_japan(2016, 4, 30), MARK_OVERDUE, "2016-04-30")
    lapse = Timer(five_past_midnight_in_japan(2017, 3, 31), LapsePledge(pledge_id="L1"), "lapse")
    assert timers(REQUESTED) == [overdue, lapse]


def test_a_return_from_leave_sets_a_timer_for_the_new_due_date() -> None:
    late = MarkPledgeOverdue(pledge_id="L1", due_date=LATER_DUE)
    assert timers(RESUMED) == [Timer(five_past_midnight_in_japan(2016, 9, 30), late, "2016-09-30")]


@pytest.mark.parametrize("event", [SIGNED, DECLINED, OVERDUE, SUSPENDED, WITHDRAWN, LAPSED, SUPERSEDED])
def test_nothing_else_sets_a_timer(event: PledgeTold) -> None:
    assert timers(event) == []
