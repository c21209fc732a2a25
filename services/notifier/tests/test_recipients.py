"""Who is told, as things stand on a day: pure."""

from datetime import UTC, date, datetime
from typing import Final

import pytest

from services.notifier.domain.ladder import Audience
from services.notifier.domain.recipients import Concern, Recipient, Staffing
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.hr import (
    EmployeeHired,
    EmployeeLeaveStarted,
    EmployeeLeft,
    EmployeeTransferred,
    OrgUnitCreated,
    PersonKind,
    Place,
    Role,
    RoleAppointed,
    RoleScope,
    TransferKind,
    UnitKind,
)
from shared.organisation.organisation import Organisation
from shared.organisation.row import SubjectRow, project

LONG_AGO: Final = date(2010, 4, 1)
TODAY: Final = date(2016, 4, 18)
THERE: Final = Concern(company_id="C01", org_unit_id="C01-D07-S1", in_charge=(("KEEPER", "2016-04-01"),))


def unit(name: str, parent: str | None = None) -> tuple[str, DomainEvent]:
    told = OrgUnitCreated(
        org_unit_id=name,
        company_id=name[:3],
        parent_id=parent,
        kind=UnitKind.DIVISION,
        name=name,
        effective_date=LONG_AGO,
    )
    return f"unit/{name}", told


def hired(person: str, place: str = "C01-D07-S1") -> tuple[str, DomainEvent]:
    told = EmployeeHired(
        person_id=person,
        person_kind=PersonKind.EMPLOYEE,
        employer_company_id=place[:3],
        org_unit_id=place,
        effective_date=LONG_AGO,
    )
    return f"person/{person}", told


def seat(person: str, role: Role, **scope: str) -> tuple[str, DomainEvent]:
    told = RoleAppointed(
        person_id=person, role=role, scope=RoleScope.model_validate(scope), effective_date=LONG_AGO
    )  # fmt: skip
    return f"person/{person}", told


def moved(person: str, to: str, day: date = date(2016, 4, 10)) -> tuple[str, DomainEvent]:
    places = [Place(company_id=each[:3], org_unit_id=each) for each in ("C01-D07-S1", to)]
    told = EmployeeTransferred(
        person_id=person, origin=places[0], to=places[1], effective_date=day, kind=TransferKind.TRANSFER
    )
    return f"person/{person}", told


GROUP: Final = (
    *(unit("C01-D07"), unit("C01-D07-S1", "C01-D07"), unit("C01-D08")),
    *(hired("KEEPER"), hired("MANAGER", "C01-D07"), hired("PPOM", "C01-D08"), hired("OFFICE", "C01-D08")),
    seat("MANAGER", Role.DIV_MANAGER, org_unit_id="C01-D07"),
    seat("PPOM", Role.PPOM, company_id="C01"),
    seat("OFFICE", Role.PIP_OFFICE),
)


def staffing(*more: tuple[str, DomainEvent], without: str = "") -> Staffing:
    rows: dict[str, SubjectRow | None] = {}
    told_at = datetime(2010, 1, 1, tzinfo=UTC)
    for number, (stream, event) in enumerate((*GROUP, *more)):
        if stream != f"person/{without}":
            recorded = Recorded(f"e{number}", "/hr", stream, None, told_at, told_at, event)
            rows[stream] = project(rows.get(stream), recorded)
    return Staffing(Organisation.of(row for row in rows.values() if row), TODAY)


def test_who_is_in_charge_is_told() -> None:
    assert staffing().recipients(Audience.IN_CHARGE, THERE) == (Recipient("KEEPER"),)


@pytest.mark.parametrize(
    "news",
    [
        moved("KEEPER", "C01-D08"),
        ("person/KEEPER", EmployeeLeft(person_id="KEEPER", effective_date=TODAY)),
        ("person/KEEPER", EmployeeLeaveStarted(person_id="KEEPER", start=TODAY)),
    ],
    ids=["transferred", "left", "on leave"],
)
def test_who_is_no_longer_in_charge_is_not_told_and_his_manager_is(news: tuple[str, DomainEvent]) -> None:
    assert staffing(news).recipients(Audience.IN_CHARGE, THERE) == (Recipient("MANAGER", Role.DIV_MANAGER),)
    assert not staffing(news).still(Recipient("KEEPER"), THERE, in_charge=True)


def test_who_moved_within_the_line_or_before_he_took_charge_stays_in_charge() -> None:
    upwards = Concern(org_unit_id="C01-D07", in_charge=THERE.in_charge)
    assert staffing(moved("KEEPER", "C01-D07")).recipients(Audience.IN_CHARGE, upwards) == (Recipient("KEEPER"),)
    before = moved("KEEPER", "C01-D08", date(2016, 3, 1))
    assert staffing(before).recipients(Audience.IN_CHARGE, THERE) == (Recipient("KEEPER"),)


def test_the_nearest_up_the_line_is_told_and_nobody_beside_it() -> None:
    nearer = (hired("NEAR"), seat("NEAR", Role.DIV_MANAGER, org_unit_id="C01-D07-S1"))
    assert staffing().recipients(Audience.DIV_MANAGER, THERE) == (Recipient("MANAGER", Role.DIV_MANAGER),)
    assert staffing(*nearer).recipients(Audience.DIV_MANAGER, THERE) == (Recipient("NEAR", Role.DIV_MANAGER),)


def test_a_vacant_seat_keeps_no_news_from_the_line() -> None:
    assert staffing(without="MANAGER").recipients(Audience.PROMOTER, THERE) == (Recipient("PPOM", Role.PPOM),)


def test_the_companys_own_office_is_told_rather_than_the_groups() -> None:
    own = (hired("OWN"), seat("OWN", Role.PIP_OFFICE, company_id="C01"))
    assert staffing().recipients(Audience.PIP_OFFICE, THERE) == (Recipient("OFFICE", Role.PIP_OFFICE),)
    assert staffing(*own).recipients(Audience.PIP_OFFICE, THERE) == (Recipient("OWN", Role.PIP_OFFICE),)


def test_another_companys_office_is_not_told() -> None:
    other = (hired("OTHER", "C02-D01"), seat("OTHER", Role.PIPA, company_id="C02"))
    assert staffing(*other).recipients(Audience.PIPA, THERE) == ()


def test_who_was_relieved_or_moved_is_no_longer_told_for_his_seat() -> None:
    told = Recipient("MANAGER", Role.DIV_MANAGER)
    assert staffing().still(told, THERE, in_charge=True)
    assert not staffing(moved("MANAGER", "C01-D08")).still(told, THERE, in_charge=True)


def test_who_is_not_known_here_yet_is_told_all_the_same() -> None:
    assert staffing().recipients(Audience.NAMED, Concern(named=("NEW",))) == (Recipient("NEW"),)
    assert staffing().still(Recipient("NEW"), THERE, in_charge=False)


def test_who_left_is_not_told_of_what_he_is_named_for() -> None:
    left = ("person/KEEPER", EmployeeLeft(person_id="KEEPER", effective_date=TODAY))
    assert staffing(left).recipients(Audience.NAMED, Concern(named=("KEEPER",))) == ()
    assert staffing(left).recipients(Audience.PERSON, Concern(person_id="KEEPER")) == ()
    assert not staffing(left).still(Recipient("KEEPER"), THERE, in_charge=False)
    assert staffing().still(Recipient("KEEPER"), THERE, in_charge=True)


def test_who_is_in_charge_and_not_known_here_yet_is_told() -> None:
    new = Concern(org_unit_id="C01-D07", in_charge=(("NEW", "2016-04-01"),))
    assert staffing().recipients(Audience.IN_CHARGE, new) == (Recipient("NEW"),)


def test_who_moved_on_the_very_day_he_took_charge_stays_in_charge() -> None:
    same_day = moved("KEEPER", "C01-D08", date(2016, 4, 1))
    assert staffing(same_day).recipients(Audience.IN_CHARGE, THERE) == (Recipient("KEEPER"),)


def test_without_a_company_the_matter_is_its_units_and_without_either_the_groups() -> None:
    own = (hired("OWN"), seat("OWN", Role.PIP_OFFICE, company_id="C01"))
    of_the_unit, of_nobody = Concern(org_unit_id="C01-D07"), Concern()
    assert staffing(*own).recipients(Audience.PIP_OFFICE, of_the_unit) == (Recipient("OWN", Role.PIP_OFFICE),)
    assert staffing(*own).recipients(Audience.PIP_OFFICE, of_nobody) == (Recipient("OFFICE", Role.PIP_OFFICE),)
    assert staffing(*own).recipients(Audience.PIP_OFFICE, Concern(company_id="C01")) == (
        Recipient("OWN", Role.PIP_OFFICE),
    )


@pytest.mark.parametrize("scope", [{"org_unit_id": "C01-D08"}, {"org_unit_id": "C01-D08", "company_id": "C01"}])
def test_who_has_a_seat_in_another_unit_is_told_neither_for_the_company_nor_for_the_group(
    scope: dict[str, str],
) -> None:
    beside = (hired("BESIDE", "C01-D08"), seat("BESIDE", Role.PIP_OFFICE, **scope))
    assert staffing(*beside).recipients(Audience.PIP_OFFICE, THERE) == (Recipient("OFFICE", Role.PIP_OFFICE),)
