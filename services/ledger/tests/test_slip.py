from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.ledger.domain.slip import SLIP, Active, name
from services.ledger.domain.slip_commands import SlipCommand
from services.ledger.tests.words import (
    AMEND,
    ASSIGN,
    ASSIGNED,
    DETAILS,
    DISPOSAL_REQUESTED,
    DISPOSE,
    DISPOSED,
    LOWER,
    LOWERED,
    MANAGER,
    NOON,
    NUMBERS,
    NUMBERS_REGISTERED,
    RAISE,
    RAISED,
    REGISTER,
    REGISTERED,
    RELEASE,
    REQUEST_DISPOSAL,
    STORE,
    STORED,
    TRANSFER,
    TRANSFERRED,
    VACATE,
    VACATED,
    WITHDRAW,
    WITHDRAWN,
    changed,
)
from shared.events.ledger import (
    CustodianRole,
    FieldChange,
    Priority,
    SlipAmended,
    SlipCustodianReleased,
    SlipTold,
    Storage,
)
from shared.testing.givens import Given

given = Given(SLIP)
STAFF = changed(MANAGER, role=CustodianRole.PI_STAFF)


# --- registered -------------------------------------------------------------------------------------------------------


def test_a_holding_is_registered() -> None:
    given().when(REGISTER).then(REGISTERED)


def test_registering_the_same_again_changes_nothing() -> None:
    given(REGISTERED).when(REGISTER).then_nothing()


def test_an_id_is_not_taken_over_by_another_slip() -> None:
    other = changed(REGISTER, details=changed(DETAILS, title="Another"))
    given(REGISTERED).when(other).then_rejected("slip-exists")
    given(REGISTERED, DISPOSAL_REQUESTED, DISPOSED).when(REGISTER).then_rejected("slip-exists")


def test_a_slip_of_national_id_numbers_is_registered_with_all_it_needs() -> None:
    given().when(changed(REGISTER, details=NUMBERS)).then(NUMBERS_REGISTERED)


@pytest.mark.parametrize(
    ("lack", "named"),
    [
        ({"storage": None}, "the unit that stores them (`storage`)"),
        ({"custodians": ()}, "a manager in charge (`custodians`)"),
        ({"custodians": (STAFF,)}, "a manager in charge (`custodians`)"),
        ({"priority": Priority.NORMAL}, "high priority (`priority`)"),
        (
            {"storage": None, "custodians": ()},
            "the unit that stores them (`storage`) and a manager in charge (`custodians`)",
        ),
    ],
)
def test_a_slip_of_national_id_numbers_that_lacks_something_is_refused(lack: dict[str, Any], named: str) -> None:
    refused = given().when(changed(REGISTER, details=changed(NUMBERS, **lack)))
    refused.then_rejected("number-slip-incomplete")
    assert str(refused.told).endswith(f"needs {named}")


def test_nobody_is_in_charge_twice() -> None:
    given().when(changed(REGISTER, details=changed(DETAILS, custodians=(MANAGER, STAFF)))).then_rejected(
        "custodian-twice"
    )


def test_what_was_never_registered_is_not_changed() -> None:
    for command in (AMEND, RAISE, ASSIGN, VACATE, TRANSFER, DISPOSE, WITHDRAW):
        given().when(command).then_rejected("slip-unregistered")


# --- amended ----------------------------------------------------------------------------------------------------------


def amended(**changes: Any) -> SlipAmended:
    told = {field: FieldChange(old=old, new=new) for field, (old, new) in changes.items()}
    return SlipAmended(slip_id="S1", changed=told, reason="shorter")


def test_an_amendment_tells_old_and_new() -> None:
    given(REGISTERED).when(AMEND).then(amended(title=(DETAILS.title, "The club")))


def test_what_is_so_already_is_no_amendment() -> None:
    given(REGISTERED, amended(title=(DETAILS.title, "The club"))).when(AMEND).then_nothing()


def test_only_what_differs_is_told() -> None:
    both = changed(AMEND, changes={"title": "The club", "slip_no": "D07-001"})
    given(REGISTERED).when(both).then(amended(title=(DETAILS.title, "The club")))


@pytest.mark.parametrize("field", ["priority", "storage", "custodians"])
def test_what_has_a_command_of_its_own_is_not_amended(field: str) -> None:
    given(REGISTERED).when(changed(AMEND, changes={field: None})).then_rejected("not-amendable")


def test_a_slip_becomes_one_of_national_id_numbers_only_with_all_it_needs() -> None:
    become = changed(AMEND, changes={"specific_pi": True})
    given(REGISTERED).when(become).then_rejected("number-slip-incomplete")
    given(REGISTERED, RAISED, STORED).when(become).then(amended(specific_pi=(False, True)))


def test_amended_lists_are_what_the_slip_then_says() -> None:
    told = amended(items=(["postal address"], ["date of birth", "postal address"]))
    slip = SLIP.fold([REGISTERED, told])
    assert isinstance(slip, Active)
    assert slip.details.items == ("date of birth", "postal address")


# --- priority ---------------------------------------------------------------------------------------------------------


def test_raising_needs_nobodys_approval() -> None:
    given(REGISTERED).when(RAISE).then(RAISED)


def test_lowering_is_approved_by_the_promotion_office() -> None:
    given(REGISTERED, RAISED).when(changed(LOWER, approved_by=None)).then_rejected("approval-needed")
    given(REGISTERED, RAISED).when(LOWER).then(LOWERED)


def test_national_id_numbers_stay_high_whoever_approves() -> None:
    given(NUMBERS_REGISTERED).when(LOWER).then_rejected("number-slip-incomplete")


def test_national_id_numbers_found_with_a_normal_priority_are_raised() -> None:
    found = changed(NUMBERS_REGISTERED, details=changed(NUMBERS, priority=Priority.NORMAL))
    given(found).when(RAISE).then(RAISED)


def test_the_same_priority_again_changes_nothing() -> None:
    given(REGISTERED, RAISED).when(RAISE).then_nothing()
    given(REGISTERED).when(changed(LOWER, approved_by=None)).then_nothing()


# --- in charge --------------------------------------------------------------------------------------------------------


def test_somebody_takes_charge() -> None:
    given(REGISTERED).when(ASSIGN).then(ASSIGNED)


def test_taking_charge_twice_changes_nothing() -> None:
    given(REGISTERED, ASSIGNED).when(ASSIGN).then_nothing()


def test_a_manager_becomes_staff_when_another_one_is_there() -> None:
    down = changed(ASSIGN, role=CustodianRole.PI_STAFF)
    given(NUMBERS_REGISTERED, ASSIGNED).when(down).then(changed(ASSIGNED, role=CustodianRole.PI_STAFF))
    own = changed(down, person_id="P1")
    given(NUMBERS_REGISTERED).when(own).then_rejected("last-manager")


def test_the_last_manager_of_national_id_numbers_is_not_released() -> None:
    given(NUMBERS_REGISTERED).when(RELEASE).then_rejected("last-manager")
    released = SlipCustodianReleased(slip_id="S1", person_id="P1", role=CustodianRole.PI_MANAGER)
    given(NUMBERS_REGISTERED, ASSIGNED).when(RELEASE).then(released)
    given(REGISTERED).when(RELEASE).then(released)


def test_whoever_is_not_in_charge_is_not_released() -> None:
    given(REGISTERED, VACATED).when(RELEASE).then_nothing()


def test_that_somebody_left_can_not_be_refused() -> None:
    given(NUMBERS_REGISTERED).when(VACATE).then(VACATED)
    given(NUMBERS_REGISTERED, VACATED).when(VACATE).then_nothing()


def test_storage_is_set_once() -> None:
    given(REGISTERED).when(STORE).then(STORED)
    given(REGISTERED, STORED).when(STORE).then_nothing()


# --- transferred ------------------------------------------------------------------------------------------------------


def test_a_slip_is_handed_over() -> None:
    given(REGISTERED).when(TRANSFER).then(TRANSFERRED)
    given(REGISTERED, TRANSFERRED).when(TRANSFER).then_nothing()


# --- ended ------------------------------------------------------------------------------------------------------------


def test_a_disposal_is_requested_then_recorded() -> None:
    given(REGISTERED).when(DISPOSE).then_rejected("disposal-not-requested")
    given(REGISTERED).when(REQUEST_DISPOSAL).then(DISPOSAL_REQUESTED)
    given(REGISTERED, DISPOSAL_REQUESTED).when(REQUEST_DISPOSAL).then_nothing()
    given(REGISTERED, DISPOSAL_REQUESTED).when(DISPOSE).then(DISPOSED)


def test_disposing_twice_changes_nothing() -> None:
    given(REGISTERED, DISPOSAL_REQUESTED, DISPOSED).when(DISPOSE).then_nothing()


def test_national_id_numbers_are_disposed_of_with_another_persons_approval() -> None:
    asked = given(NUMBERS_REGISTERED, DISPOSAL_REQUESTED)
    asked.when(DISPOSE).then_rejected("approval-needed")
    asked.when(changed(DISPOSE, approved_by="P1")).then_rejected("own-request")
    asked.when(changed(DISPOSE, approved_by="DM1")).then(changed(DISPOSED, approved_by="DM1"))


def test_of_other_holdings_who_asked_for_the_disposal_may_approve_it() -> None:
    own = changed(DISPOSE, approved_by="P1")
    given(REGISTERED, DISPOSAL_REQUESTED).when(own).then(changed(DISPOSED, approved_by="P1"))


@pytest.mark.parametrize("end", [(DISPOSAL_REQUESTED, DISPOSED), (WITHDRAWN,)])
@pytest.mark.parametrize("command", [AMEND, RAISE, ASSIGN, RELEASE, STORE, TRANSFER, REQUEST_DISPOSAL])
def test_what_is_over_is_not_changed(end: tuple[SlipTold, ...], command: SlipCommand) -> None:
    given(REGISTERED, *end).when(command).then_rejected("slip-over")


def test_who_leaves_after_the_end_changes_nothing() -> None:
    given(REGISTERED, WITHDRAWN).when(VACATE).then_nothing()


def test_a_slip_is_withdrawn_once_and_not_after_its_disposal() -> None:
    given(REGISTERED).when(WITHDRAW).then(WITHDRAWN)
    given(REGISTERED, WITHDRAWN).when(WITHDRAW).then_nothing()
    given(REGISTERED, DISPOSAL_REQUESTED, DISPOSED).when(WITHDRAW).then_rejected("slip-over")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), "unregistered"),
        ((REGISTERED,), "active"),
        ((REGISTERED, DISPOSAL_REQUESTED), "disposal-pending"),
        ((REGISTERED, DISPOSAL_REQUESTED, DISPOSED), "disposed"),
        ((REGISTERED, WITHDRAWN), "withdrawn"),
    ],
)
def test_a_state_is_called(events: tuple[SlipTold, ...], expected: str) -> None:
    assert name(SLIP.fold(events)) == expected


# --- entered late -----------------------------------------------------------------------------------------------------

THIRTY_DAYS_AGO = NOON - timedelta(days=30)
A_DAY_MORE = NOON - timedelta(days=31)


@pytest.mark.parametrize("command", [ASSIGN, RELEASE, STORE, DISPOSE])
def test_what_has_not_happened_yet_can_not_be_entered(command: SlipCommand) -> None:
    future = changed(command, time=NOON + timedelta(seconds=1))
    given(REGISTERED, DISPOSAL_REQUESTED).when(future).then_rejected("entry-in-the-future")


@pytest.mark.parametrize("command", [ASSIGN, RELEASE, STORE, DISPOSE])
def test_from_the_thirty_first_day_on_a_late_entry_says_why(command: SlipCommand) -> None:
    asked = given(REGISTERED, DISPOSAL_REQUESTED)
    asked.when(changed(command, time=A_DAY_MORE)).then_rejected("late-entry")
    (told,) = SLIP.decide(changed(command, time=A_DAY_MORE, late_reason="on paper"), asked.state)
    assert (getattr(told, "backdated", None), getattr(told, "late_reason", None)) == (True, "on paper")
    (told,) = SLIP.decide(changed(command, time=THIRTY_DAYS_AGO), asked.state)
    assert not getattr(told, "backdated", None)


def test_a_holding_registered_late_says_so_too() -> None:
    late = changed(REGISTER, time=A_DAY_MORE)
    given().when(late).then_rejected("late-entry")
    given().when(changed(late, late_reason="on paper")).then(
        changed(REGISTERED, backdated=True, late_reason="on paper")
    )  # fmt: skip
    given().when(changed(REGISTER, time=NOON + timedelta(seconds=1))).then_rejected("entry-in-the-future")


def test_days_are_those_of_japan() -> None:
    """Shortly before midnight in Japan, thirty days and a few minutes before one that is just past it."""
    now = datetime(2016, 6, 30, 15, 5, tzinfo=UTC)
    late = changed(ASSIGN, now=now, time=datetime(2016, 5, 31, 14, 55, tzinfo=UTC))
    given(REGISTERED).when(late).then_rejected("late-entry")
    given(REGISTERED).when(changed(late, time=datetime(2016, 5, 31, 15, 0, tzinfo=UTC))).then(
        changed(ASSIGNED, since=date(2016, 6, 1))
    )


def test_the_place_of_a_storage_counts() -> None:
    moved = Storage.model_validate(STORE.storage.model_dump() | {"place": "Room 3"}, strict=False)
    (told,) = SLIP.decide(changed(STORE, storage=moved), SLIP.fold([REGISTERED, STORED]))
    assert told == changed(STORED, storage=moved)
