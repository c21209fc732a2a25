"""The initial load: what HR tells of companies, units, people and roles before the year begins."""

from collections.abc import Iterator

from daicho.demo.script.group import FOUNDED, Group, Member
from daicho.demo.script.moments import Moment
from daicho.demo.script.news import Told
from daicho.demo.script.seats import appointments
from shared.events.hr import CompanyJoinedGroup, EmployeeHired, HrEvent, OrgUnitCreated, SupplierWorkerAssigned


def initial_load(group: Group) -> list[Told]:
    """Everybody in post before the year is put there without being new."""
    people = (taken_on(member, initial=True) for member in group.members)
    events = (*_companies(group), *_units(group), *people, *appointments(group))
    return [Told(event, group.calendar.first) for event in events]


def _companies(group: Group) -> Iterator[HrEvent]:
    for company in group.companies:
        yield CompanyJoinedGroup(
            company_id=company.company_id,
            name=company.name,
            name_en=company.name_en,
            country=company.country,
            domestic=company.domestic,
            effective_date=FOUNDED,
        )


def _units(group: Group) -> Iterator[HrEvent]:
    for unit in group.units:
        yield OrgUnitCreated(
            org_unit_id=unit.unit_id,
            company_id=unit.company_id,
            parent_id=unit.parent_id,
            kind=unit.kind,
            name=unit.name[0],
            name_en=unit.name[1],
            effective_date=FOUNDED,
        )


def taken_on(member: Member, *, initial: bool = False) -> HrEvent:
    """The hire, or for a supplier's worker the assignment."""
    if member.contractor_id is not None:
        return SupplierWorkerAssigned(
            person_id=member.person_id,
            contractor_id=member.contractor_id,
            host_org_unit_id=member.unit_id,
            start=member.since,
        )
    return EmployeeHired(
        person_id=member.person_id,
        person_kind=member.kind,
        employer_company_id=member.company_id,
        org_unit_id=member.unit_id,
        effective_date=member.since,
        locale=member.locale,
        handles_my_number=member.handles_my_number,
        initial_load=initial,
    )


def told_of(member: Member, at: Moment) -> Told:
    return Told(taken_on(member), at)
