"""Which histories a record belongs to, and whom its subjects will ask about: read from its bytes alone."""

import json
from typing import Any

import pytest

from services.audit.domain.subjects import NOTHING, About, about, asked_about, surrounds

UNIT = ("seat/unit/C01-D07/DIV_MANAGER", "seat/unit/C01-D07/PROMOTER")
COMPANY = ("seat/company/C01/PIPA", "seat/company/C01/PPOM", "seat/company/C01/CHIEF_AUDITOR")
IN_UNIT, IN_COMPANY = {"org_unit_id": "C01-D07"}, {"company_id": "C01"}


def told(kind: str, subject: str, /, **data: Any) -> About:
    return about(subject.encode(), json.dumps({"type": f"{kind}.v1", "subject": subject, "data": data}).encode())


@pytest.mark.parametrize(
    ("kind", "subject", "data", "histories"),
    [
        ("hr.EmployeeLeft", "person/P1", {}, ("person/P1",)),
        ("hr.OrgUnitCreated", "unit/C01-D07", {"kind": "Division"}, ("unit/C01-D07", *UNIT)),
        ("hr.OrgUnitCreated", "unit/C01-D07", {"kind": "SECTION"}, ("unit/C01-D07",)),
        ("hr.OrgUnitCreated", "unit/C01-D07", {}, ("unit/C01-D07",)),
        ("hr.OrgUnitRenamed", "unit/C01-D07", {"kind": "DIVISION"}, ("unit/C01-D07",)),
        ("hr.CompanyJoinedGroup", "company/C01", {}, ("company/C01", *COMPANY)),
        ("hr.OrgUnitMerged", "unit/U1", {"successors": ["C01-D07"]}, ("unit/U1", *UNIT)),
        ("hr.OrgUnitSplit", "unit/U1", {"successors": ["C01-D07", "U2"]}, ("unit/U1",)),
        ("hr.OrgUnitAbolished", "unit/U1", {}, ("unit/U1",)),
        ("hr.OrgUnitMoved", "unit/U1", {"successors": ["C01-D07"]}, ("unit/U1",)),
        ("hr.CompanyMerged", "company/C02", {"successor_id": "C01"}, ("company/C02", *COMPANY)),
        ("hr.CompanyMerged", "company/C02", {}, ("company/C02",)),
        ("hr.CompanyLeftGroup", "company/C02", {"successor_id": "C01"}, ("company/C02",)),
        ("hr.SomethingElse", "elsewhere/X", {}, ()),
        ("training.PledgeSigned", "pledge/L1", {"person_id": "P1"}, ("person/P1",)),
        ("training.PledgeCampaignOpened", "pledge-campaign/K", {}, ("pledge-campaigns",)),
        ("training.TrainingCampaignOpened", "training-campaign/K", {}, ("training-campaigns",)),
        ("training.PledgeTargetCountrySet", "pledge-target-country/SG", {"country": "SG"}, ("pledge-country/SG",)),
        ("training.CoursePublished", "course/C", {}, ()),
        ("incidents.IncidentReported", "incident/I1", {"incident_id": "I1"}, ("incident/I1",)),
    ],
)
def test_a_record_belongs_to_the_histories_that_it_changes(
    kind: str, subject: str, data: dict[str, Any], histories: tuple[str, ...]
) -> None:
    assert told(kind, subject, **data) == About(histories)


@pytest.mark.parametrize(
    ("role", "scope", "seat"),
    [
        ("DIV_MANAGER", IN_UNIT, UNIT[:1]),
        ("PROMOTER", IN_UNIT | IN_COMPANY, UNIT[1:]),
        ("PIPA", IN_COMPANY, COMPANY[:1]),
        ("PIPA", IN_UNIT, ()),
        ("PIPA", IN_UNIT | IN_COMPANY, ()),
        ("DIV_MANAGER", IN_COMPANY, ()),
        ("DIV_MANAGER", IN_UNIT | {"pi_type": "CUSTOMER"}, ()),
        ("PIPA", {}, ()),
        ("PIPA", None, ()),
    ],
)
def test_an_appointment_is_about_its_seat_and_who_holds_it_where_the_framework_needs_one(
    role: str, scope: dict[str, str] | None, seat: tuple[str, ...]
) -> None:
    found = told("hr.RoleAppointed", "person/P1", role=role, scope=scope, person_id="P1")
    assert found == About(("person/P1", *seat), ("person/P1",) if seat else ())


def test_who_comes_from_outside_holds_a_seat_too() -> None:
    found = told("hr.RoleRelieved", "outside/O1", role="PIPA", scope=IN_COMPANY, outside_person_id="O1")
    assert found == About(COMPANY[:1], ("person/O1",))
    assert told("hr.EmployeeTransferred", "person/P1", role="PIPA", scope=IN_COMPANY, person_id="P1").people == ()


def test_a_slip_asks_about_whom_it_names() -> None:
    in_charge = {"custodians": [{"person_id": "P1"}, {"person_id": "P2"}, {"person_id": "P1"}]}
    assert told("ledger.SlipRegistered", "slip/S1", slip_id="S1", details=in_charge) == About(
        ("slip/S1",), ("person/P1", "person/P2")
    )
    assert told("ledger.SlipCustodianAssigned", "slip/S1", slip_id="S1", person_id="P3").people == ("person/P3",)
    assert told("ledger.InspectionCompleted", "inspection/S1/REG-1", slip_id="S1") == About(("slip/S1",))


@pytest.mark.parametrize("value", [None, b"", b"\xff", b"[]", b'{"type": "hr.EmployeeLeft.v1"}'])
def test_what_can_not_be_read_belongs_nowhere(value: bytes | None) -> None:
    assert about(b"person/P1", value) == NOTHING == About()


def test_what_stands_under_another_key_belongs_nowhere() -> None:
    value = b'{"type": "hr.EmployeeLeft.v1", "subject": "person/P1", "data": {}}'
    assert (about(b"person/P2", value), about(b"person/P1", value)) == (NOTHING, About(("person/P1",)))


@pytest.mark.parametrize(
    ("subject", "only_asked", "asked"),
    [("unit/C01", True, True), ("seat/unit/C01/PIPA", False, True), ("slip/S1", False, False)],
)
def test_surroundings_are_only_asked_about_and_seats_are_judged_too(
    subject: str, only_asked: bool, asked: bool
) -> None:
    assert (surrounds(subject), asked_about(subject)) == (only_asked, asked)
