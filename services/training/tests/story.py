"""A person's year told as sentences: what HR says on which day, and what becomes of his pledges by another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, cast

from services.training.domain.pledge import PLEDGE, Pledge, name, timers
from services.training.domain.pledge_commands import PledgeCommand
from services.training.duties.look import Look
from services.training.duties.pledges import pledge_duties, pledge_of
from services.training.known import Known
from services.training.views.campaigns import CampaignRow
from shared.decider import Timer
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.hr import (
    CompanyJoinedGroup,
    CompanyLeftGroup,
    CompanyMerged,
    EmployeeHired,
    EmployeeLeaveEnded,
    EmployeeLeaveStarted,
    EmployeeLeft,
    EmployeeTransferred,
    OrgUnitCreated,
    OrgUnitMoved,
    PersonKind,
    Place,
    RoleAppointed,
    RoleRelieved,
    SupplierWorkerAssigned,
    SupplierWorkerReleased,
    TransferKind,
    UnitKind,
)
from shared.events.training import PledgeTold
from shared.law.calendar import end_of_day
from shared.organisation.organisation import Organisation
from shared.organisation.row import SubjectRow, project

LONG_AGO: Final = date(2010, 4, 1)
COUNTRIES: Final = {"C01": "JP", "C02": "JP", "C03": "SG", "C04": "US"}
CAMPAIGN: Final = CampaignRow(
    campaign_id="PLEDGE-FY2017",
    fy="FY2017",
    template_id="BASIC-RULES",
    template_version=1,
    template_hash="a" * 64,
    opens_on=date(2016, 4, 1),
    due_date=date(2016, 4, 30),
    period_end=date(2017, 3, 31),
    open=True,
)


def company(company_id: str, day: date = LONG_AGO) -> CompanyJoinedGroup:
    country = COUNTRIES[company_id]
    return CompanyJoinedGroup(
        company_id=company_id, name=company_id, country=country, domestic=country == "JP", effective_date=day
    )


def company_left(company_id: str, day: date) -> CompanyLeftGroup:
    return CompanyLeftGroup(company_id=company_id, effective_date=day)


def unit(org_unit_id: str, parent_id: str | None = None) -> OrgUnitCreated:
    """Units are named after their companies: C01-D07 is one of C01."""
    return OrgUnitCreated(
        org_unit_id=org_unit_id,
        company_id=org_unit_id[:3],
        parent_id=parent_id,
        kind=UnitKind.DIVISION,
        name=org_unit_id,
        effective_date=LONG_AGO,
    )


def hired(
    day: date, org_unit_id: str = "C01-D07", *, person: str = "P1", kind: PersonKind = PersonKind.EMPLOYEE
) -> EmployeeHired:
    return EmployeeHired(
        person_id=person,
        person_kind=kind,
        employer_company_id=org_unit_id[:3],
        org_unit_id=org_unit_id,
        effective_date=day,
    )


def transferred(
    day: date, org_unit_id: str, *, person: str = "P1", kind: TransferKind = TransferKind.TRANSFER
) -> EmployeeTransferred:
    place = Place(company_id=org_unit_id[:3], org_unit_id=org_unit_id)
    return EmployeeTransferred(person_id=person, origin=place, to=place, effective_date=day, kind=kind)


def left(day: date, *, person: str = "P1") -> EmployeeLeft:
    return EmployeeLeft(person_id=person, effective_date=day)


def on_leave(day: date) -> EmployeeLeaveStarted:
    return EmployeeLeaveStarted(person_id="P1", start=day)


def back(day: date) -> EmployeeLeaveEnded:
    return EmployeeLeaveEnded(person_id="P1", end=day)


def assigned(day: date, org_unit_id: str = "C01-D07", *, person: str = "P1") -> SupplierWorkerAssigned:
    return SupplierWorkerAssigned(person_id=person, contractor_id="K1", host_org_unit_id=org_unit_id, start=day)


def released(day: date, org_unit_id: str = "C01-D07") -> SupplierWorkerReleased:
    return SupplierWorkerReleased(person_id="P1", contractor_id="K1", host_org_unit_id=org_unit_id, end=day)


def stream_of(event: DomainEvent) -> str:
    match event:
        case CompanyJoinedGroup() | CompanyLeftGroup() | CompanyMerged():
            return f"company/{event.company_id}"
        case OrgUnitCreated() | OrgUnitMoved():
            return f"unit/{event.org_unit_id}"
        case RoleAppointed() | RoleRelieved():
            return event.principal
        case _:
            return f"person/{getattr(event, 'person_id', 'P1')}"


def recorded(event: DomainEvent, number: int = 1) -> Recorded:
    """As the HR system says it: without a version."""
    said = datetime(2016, 3, 1, tzinfo=UTC) + timedelta(seconds=number)
    return Recorded(f"hr-{number:06}", "/hr", stream_of(event), None, said, said, event)


def rows_of(events: Iterable[DomainEvent]) -> Iterator[SubjectRow]:
    rows: dict[str, SubjectRow | None] = {}
    for number, event in enumerate(events, 1):
        told = recorded(event, number)
        rows[told.stream] = project(rows.get(told.stream), told)
    return (row for row in rows.values() if row is not None)


GROUP: Final[tuple[DomainEvent, ...]] = (
    *(company(each) for each in COUNTRIES),
    *(unit(f"{each}-D07") for each in COUNTRIES),
    unit("C01-D08"),
)


def known(
    *told: DomainEvent, campaigns: Iterable[CampaignRow] = (CAMPAIGN,), target_since: dict[str, date] | None = None
) -> Known:
    """What the reactions know after these events, told in this order."""
    rows = list(rows_of(told))
    people = sorted(row.subject.removeprefix("person/") for row in rows if row.kind == "person")
    return Known(Organisation.of(rows), tuple(people), tuple(campaigns), target_since or {})


def look_at(now: Known, today: date) -> Look:
    """P1 as one who pledges."""
    return Look("P1", now.organisation.person("P1"), now.pledges, today)


@dataclass
class Year:
    """The pledges of P1 from day to day: every morning he is looked at, then what is due fires."""

    told: list[DomainEvent] = field(default_factory=lambda: [*GROUP])
    campaigns: list[CampaignRow] = field(default_factory=lambda: [CAMPAIGN])
    target_since: dict[str, date] = field(default_factory=dict)
    today: date = date(2016, 3, 31)
    events: dict[str, list[PledgeTold]] = field(default_factory=dict)
    due: list[Timer] = field(default_factory=list)

    def tell(self, *events: DomainEvent) -> "Year":
        self.told += events
        return self

    def open(self, campaign: CampaignRow) -> "Year":
        self.campaigns.append(campaign)
        return self

    def by(self, day: date) -> "Year":
        """Live on to the end of a day."""
        now = known(*self.told, campaigns=self.campaigns, target_since=self.target_since)
        while self.today < day:
            self.today += timedelta(days=1)
            self._live(now)
        return self

    def give(self, command: PledgeCommand) -> None:
        stream = self.events.setdefault(command.stream, [])
        for event in PLEDGE.decide(command, PLEDGE.fold(stream)):
            stream.append(event)
            self.due += timers(event)

    def pledge(self, campaign: CampaignRow = CAMPAIGN) -> Pledge:
        return PLEDGE.fold(self.events.get(f"pledge/{pledge_of('P1', campaign)}", []))

    def state(self, campaign: CampaignRow = CAMPAIGN) -> str:
        return name(self.pledge(campaign))

    def _live(self, now: Known) -> None:
        opened = [each for each in self.campaigns if each.opens_on <= self.today]
        for command in pledge_duties(look_at(now, self.today), opened):
            self.give(cast("PledgeCommand", command))
        self._fire(end_of_day(self.today))

    def _fire(self, until: datetime) -> None:
        for timer in sorted((each for each in self.due if each.at < until), key=lambda each: (each.at, each.id)):
            self.due.remove(timer)
            self.give(cast("PledgeCommand", timer.command))
