"""The access table cell by cell: who holds which role for division D07, and what he may do with a slip of it."""

from datetime import date
from typing import Final

import pytest

from services.ledger.access import ACCESS
from shared.events.hr import PersonKind, PiType, Role, RoleScope
from shared.organisation.access import Caller, Decision, Resource, decide
from shared.organisation.appointment import Appointment
from shared.organisation.person import PersonSpell

DAY: Final = date(2016, 4, 1)
ITS_UNIT: Final = {"company_id": "C01", "org_unit_id": "C01-D07"}
COMPANY: Final = {"company_id": "C01"}
SLIP: Final = Resource(None, "C01", ("C01-D07", "C01-D07-S1"), PiType.CUSTOMER)
ELSEWHERE: Final = Resource(None, "C01", ("C01-D08",), PiType.CUSTOMER)
ABROAD: Final = Resource(None, "C02", ("C02-D07",), PiType.CUSTOMER)
ACTIONS: Final = sorted({row.action for row in ACCESS if row.action.startswith(("slip:", "inspection:"))})

READ: Final = {"slip:read", "inspection:read"}
WRITE: Final = {"slip:register", "slip:amend"}
MAY: Final[dict[Role, set[str]]] = {
    Role.PI_MANAGER: READ | WRITE | {
        "slip:prioritise", "slip:store", "slip:dispose", "inspection:start", "inspection:submit",
    },
    Role.PI_STAFF: READ,
    Role.PROMOTER: READ | WRITE | {"inspection:start", "inspection:return", "inspection:approve-as-promoter"},
    Role.DIV_MANAGER: READ | WRITE | {
        "slip:assign", "slip:store", "slip:transfer", "slip:dispose", "slip:approve-disposal",
        "inspection:return", "inspection:approve-as-div-manager",
    },
    Role.LEGAL_MANAGER: READ,
    Role.PIPA: READ,
    Role.PPOM: READ | {"slip:prioritise", "slip:approve-lowering", "slip:withdraw"},
    Role.CHIEF_AUDITOR: READ,
    Role.AUDITOR: READ,
    Role.PIP_OFFICE: READ,
    Role.CISO_OFFICE: READ,
    Role.INTERNAL_SYSTEM: READ | WRITE,
}  # fmt: skip
OF_A_UNIT: Final = {Role.PI_MANAGER, Role.PI_STAFF, Role.PROMOTER, Role.DIV_MANAGER}
OF_THE_GROUP: Final = {Role.CISO_OFFICE, Role.INTERNAL_SYSTEM}
POST: Final = PersonSpell(
    begins=date(2010, 4, 1),
    ends=None,
    because=(),
    employed=True,
    person_kind=PersonKind.EMPLOYEE,
    company_id="C01",
    org_unit_id="C01-D07",
)


def holding(role: Role, **scope: object) -> Caller:
    held = Appointment(
        principal="person/P1", role=role, scope=RoleScope.model_validate(scope), begins=date(2010, 4, 1), ends=None
    )
    return Caller("person/P1", (held,), POST)


def scope_of(role: Role) -> dict[str, str]:
    return ITS_UNIT if role in OF_A_UNIT else {} if role in OF_THE_GROUP else COMPANY


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_cell(role: Role, action: str) -> None:
    expected = Decision.ALLOWED if action in MAY.get(role, set()) else Decision.FORBIDDEN
    found = decide(ACCESS, holding(role, **scope_of(role)), action, SLIP, DAY)
    assert found is (expected if role in MAY else Decision.HIDDEN)


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize(("resource", "reaching"), [(ELSEWHERE, set(MAY) - OF_A_UNIT), (ABROAD, OF_THE_GROUP)])
def test_a_role_reaches_no_further_than_it_is_held(role: Role, resource: Resource, reaching: set[Role]) -> None:
    found = decide(ACCESS, holding(role, **scope_of(role)), "slip:read", resource, DAY)
    assert found is (Decision.ALLOWED if role in reaching else Decision.HIDDEN)


def test_a_manager_for_one_type_of_information_does_nothing_with_another() -> None:
    manager = holding(Role.PI_MANAGER, **ITS_UNIT, pi_type=PiType.EMPLOYEE)
    assert decide(ACCESS, manager, "slip:read", SLIP, DAY) is Decision.HIDDEN
    manager = holding(Role.PI_MANAGER, **ITS_UNIT, pi_type=PiType.CUSTOMER)
    assert decide(ACCESS, manager, "inspection:submit", SLIP, DAY) is Decision.ALLOWED


@pytest.mark.parametrize("action", ACTIONS)
def test_in_charge_without_a_role_one_sees_and_inspects_ones_slip(action: str) -> None:
    mine = Resource("P1", "C02", ("C02-D07",), PiType.CUSTOMER)
    may = READ | {"inspection:start", "inspection:submit"}
    expected = Decision.ALLOWED if action in may else Decision.FORBIDDEN
    assert decide(ACCESS, Caller("person/P1", (), POST), action, mine, DAY) is expected


def test_who_is_nobody_here_sees_nothing() -> None:
    assert decide(ACCESS, Caller("person/P1"), "slip:read", SLIP, DAY) is Decision.HIDDEN
