"""Who held which role when: relieved, left, transferred, on leave, substituted, from outside."""

from datetime import date

import pytest

from shared.events.hr import (
    EmployeeLeaveEnded,
    EmployeeLeaveStarted,
    HrEvent,
    Role,
    RoleAppointed,
    RoleScope,
    TransferKind,
)
from shared.organisation.appointment import appointments, in_post
from shared.organisation.tests.told import (
    APRIL,
    DAY,
    JANUARY,
    JULY,
    JUNE,
    OCTOBER,
    appointed,
    hired,
    left,
    relieved,
    told,
    transferred,
)

D1 = RoleScope(company_id="C1", org_unit_id="D1")
D2 = RoleScope(org_unit_id="D2")
C1 = RoleScope(company_id="C1")
GROUP = RoleScope()


def terms(*events: HrEvent) -> list[tuple[date, date | None]]:
    return [(held.begins, held.ends) for held in appointments(told(*events))]


def test_a_role_is_held_from_its_day_on() -> None:
    held = appointments(told(hired(), appointed(JUNE, D1)))
    assert [len(in_post(held, day)) for day in (JUNE - DAY, JUNE, JANUARY)] == [0, 1, 1]


def test_a_role_is_no_longer_held_on_the_day_of_relief() -> None:
    held = appointments(told(hired(), appointed(JUNE, D1), relieved(JULY, D1)))
    assert [len(in_post(held, day)) for day in (JULY - DAY, JULY)] == [1, 0]
    assert held[0].because == ("e2", "e3")


def test_a_relief_concerns_its_own_scope_only() -> None:
    assert terms(hired(), appointed(JUNE, D1), relieved(JULY, GROUP)) == [(JUNE, None)]


def test_a_relief_concerns_its_own_role_only() -> None:
    assert terms(hired(), appointed(JUNE, D1), relieved(JULY, D1, Role.AUDITOR)) == [(JUNE, None)]


def test_an_appointment_until_a_day_ends_there_whatever_comes_later() -> None:
    assert terms(hired(), appointed(JUNE, D1, until=JULY), relieved(OCTOBER, D1)) == [(JUNE, JULY)]


def test_an_appointment_that_ends_before_it_begins_is_none() -> None:
    assert terms(hired(), appointed(JULY, D1, until=JULY)) == []


def test_a_new_appointment_for_the_same_seat_replaces_the_old() -> None:
    assert terms(hired(), appointed(JUNE, D1, until=OCTOBER), appointed(JULY, D1)) == [(JUNE, JULY), (JULY, None)]


def test_who_leaves_loses_his_roles_and_does_not_get_them_back() -> None:
    assert terms(hired(), appointed(JUNE, GROUP), left(JULY), hired(OCTOBER)) == [(JUNE, JULY)]


@pytest.mark.parametrize("scope", [D1, RoleScope(org_unit_id="D1")])
def test_a_role_for_a_unit_ends_on_transfer_out_of_it(scope: RoleScope) -> None:
    away, home = transferred(JULY, "D2"), transferred(OCTOBER, "D1")
    assert terms(hired(), appointed(JUNE, scope), away, home) == [(JUNE, JULY)]


def test_a_role_for_a_company_survives_a_transfer_inside_it() -> None:
    inside, outside = transferred(JULY, "D2"), transferred(OCTOBER, "D9", "C2")
    assert terms(hired(), appointed(JUNE, C1), inside, outside) == [(JUNE, OCTOBER)]


def test_a_role_for_the_group_survives_every_transfer() -> None:
    assert terms(hired(), appointed(JUNE, GROUP), transferred(JULY, "D9", "C2")) == [(JUNE, None)]


def test_a_role_for_another_unit_ends_when_its_holder_is_transferred() -> None:
    assert terms(hired(), appointed(JUNE, D2), transferred(JULY, "D3")) == [(JUNE, JULY)]


def test_a_role_given_ahead_of_the_transfer_to_its_unit_goes_on_there() -> None:
    assert terms(hired(), appointed(JUNE, D2), transferred(JULY, "D2")) == [(JUNE, None)]


def test_a_role_goes_on_while_a_concurrent_post_keeps_its_holder_in_the_unit() -> None:
    concurrent = transferred(JUNE, "D2", kind=TransferKind.CONCURRENT)
    assert terms(hired(), concurrent, appointed(JULY, D2)) == [(JULY, None)]


def test_a_role_pauses_on_leave() -> None:
    leave = EmployeeLeaveStarted(person_id="P1", start=JULY)
    back = EmployeeLeaveEnded(person_id="P1", end=OCTOBER)
    held = appointments(told(hired(), appointed(JUNE, D1), leave, back))
    assert [(each.begins, each.ends) for each in held] == [(JUNE, JULY), (OCTOBER, None)]
    assert [each.because for each in held] == [("e2", "e3"), ("e2", "e4")]


def test_a_change_that_does_not_touch_the_role_does_not_split_it() -> None:
    concurrent = transferred(JULY, "D2", kind=TransferKind.CONCURRENT)
    assert terms(hired(), appointed(JUNE, D1), concurrent) == [(JUNE, None)]


def test_an_appointment_waits_for_somebody_who_is_not_yet_in_post() -> None:
    assert terms(appointed(APRIL, D1)) == []
    assert terms(appointed(APRIL, D1), hired(JUNE)) == [(JUNE, None)]


def test_an_appointment_between_two_employments_waits_for_the_second() -> None:
    assert terms(hired(), left(JUNE), appointed(JULY, D1), hired(OCTOBER)) == [(OCTOBER, None)]


def test_a_substitute_says_for_whom() -> None:
    stand_in = RoleAppointed(person_id="P1", role=Role.PPOM, scope=C1, effective_date=JUNE, on_behalf_of="P2")
    assert [held.on_behalf_of for held in appointments(told(hired(), stand_in))] == ["P2"]


def test_an_internal_system_needs_no_post() -> None:
    system = RoleAppointed(client_id="payroll", role=Role.INTERNAL_SYSTEM, scope=GROUP, effective_date=JUNE)
    assert [held.principal for held in appointments(told(system))] == ["client/payroll"]


@pytest.mark.parametrize(
    "outsider",
    [
        RoleAppointed(outside_person_id="X1", role=Role.AUDITOR, effective_date=JUNE),
        RoleAppointed(person_id="X1", role=Role.EXT_AUDITOR, effective_date=JUNE),
        RoleAppointed(person_id="X1", role=Role.CONTRACTOR_REP, effective_date=JUNE),
    ],
)
def test_somebody_from_outside_needs_no_post(outsider: RoleAppointed) -> None:
    assert [held.principal for held in appointments(told(outsider))] == ["person/X1"]


def test_one_history_can_appoint_several() -> None:
    system = RoleAppointed(client_id="payroll", role=Role.INTERNAL_SYSTEM, effective_date=JUNE)
    held = appointments(told(hired(), appointed(JUNE, D1), system, left(JULY)))
    assert {(each.principal, each.ends) for each in held} == {("person/P1", JULY), ("client/payroll", None)}
