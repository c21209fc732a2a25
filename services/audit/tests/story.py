"""Short ways to tell a story of companies, people and pledges as recorded events."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from services.audit.domain.context import Surroundings
from services.audit.domain.fold import fold
from services.audit.domain.history import Told, history_of
from services.audit.domain.interval import Interval
from services.audit.domain.subjects import subjects_of, surrounds
from shared.events.base import DomainEvent
from shared.events.codec import Recorded, encode
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
    OrgUnitMerged,
    PersonKind,
    Place,
    Role,
    RoleAppointed,
    RoleRelieved,
    RoleScope,
    TransferKind,
    UnitKind,
)
from shared.events.training import (
    AssignmentCause,
    CourseKind,
    PledgeCampaignOpened,
    PledgeRequested,
    PledgeResumed,
    PledgeSigned,
    PledgeTargetCountrySet,
    SigningMethod,
    TrainingAssigned,
    TrainingCampaignOpened,
    TrainingCompleted,
    TrainingResumed,
)
from shared.law.calendar import start_of_day
from shared.law.fiscal_year import fiscal_year_of
from shared.law.rule_pack import STANDARD, RulePack

DAY = timedelta(days=1)
APRIL = date(2016, 4, 1)
MAY_31 = date(2016, 5, 31)
MARCH_31 = date(2017, 3, 31)
HASH = sha256(b"the Basic Rules").hexdigest()
BEGINNING = datetime(2016, 3, 1, tzinfo=UTC)


class Story:
    """Events in the order in which they are told; each is recorded a minute after the one before."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self._versions: dict[str, int] = {}

    def tell(self, stream: str, event: DomainEvent, day: date | None = None, *, at: datetime | None = None) -> Recorded:
        """A fact on its stream, that happened at noon of a day in Japan; the HR system numbers nothing."""
        number = len(self.events) + 1
        hr = event.type.startswith("hr.")
        recorded = Recorded(
            id=f"e{number}",
            source=f"/{event.type.partition('.')[0]}",
            stream=stream,
            version=None if hr else self._versions.get(stream, 0) + 1,
            time=start_of_day(day or event.business_date or APRIL) + timedelta(hours=12),
            recorded_at=at or BEGINNING + timedelta(minutes=number),
            event=event,
        )
        self._versions[stream] = recorded.version or 0
        self.events.append(recorded)
        return recorded

    def joined(self, company: str, day: date = APRIL, country: str = "JP") -> Recorded:
        fields: dict[str, Any] = {
            "company_id": company,
            "name": company,
            "country": country,
            "domestic": country == "JP",
        }
        return self.tell(f"company/{company}", CompanyJoinedGroup(**fields, effective_date=day))

    def left_group(self, company: str, day: date) -> Recorded:
        return self.tell(f"company/{company}", CompanyLeftGroup(company_id=company, effective_date=day))

    def company_merged(self, company: str, into: str, day: date) -> Recorded:
        merged = CompanyMerged(company_id=company, successor_id=into, effective_date=day)
        return self.tell(f"company/{company}", merged)

    def created(
        self, unit: str, company: str = "C1", day: date = APRIL, kind: UnitKind = UnitKind.DIVISION
    ) -> Recorded:
        fields: dict[str, Any] = {"org_unit_id": unit, "company_id": company, "kind": kind, "name": unit}
        return self.tell(f"unit/{unit}", OrgUnitCreated(**fields, effective_date=day))

    def unit_merged(self, unit: str, into: str, day: date) -> Recorded:
        return self.tell(f"unit/{unit}", OrgUnitMerged(org_unit_id=unit, successors=(into,), effective_date=day))

    def hired(
        self,
        person: str = "P1",
        day: date = APRIL,
        unit: str = "D1",
        company: str = "C1",
        kind: PersonKind = PersonKind.EMPLOYEE,
    ) -> Recorded:
        fields: dict[str, Any] = {
            "person_id": person,
            "person_kind": kind,
            "employer_company_id": company,
            "org_unit_id": unit,
        }
        return self.tell(f"person/{person}", EmployeeHired(**fields, effective_date=day))

    def moved(self, person: str, day: date, unit: str, company: str = "C1") -> Recorded:
        event = EmployeeTransferred(
            person_id=person,
            origin=Place(company_id="C1", org_unit_id="D1"),
            to=Place(company_id=company, org_unit_id=unit),
            effective_date=day,
            kind=TransferKind.TRANSFER,
        )
        return self.tell(f"person/{person}", event)

    def on_leave(self, person: str, day: date) -> Recorded:
        return self.tell(f"person/{person}", EmployeeLeaveStarted(person_id=person, start=day))

    def back(self, person: str, day: date) -> Recorded:
        return self.tell(f"person/{person}", EmployeeLeaveEnded(person_id=person, end=day))

    def left(self, person: str, day: date) -> Recorded:
        return self.tell(f"person/{person}", EmployeeLeft(person_id=person, effective_date=day))

    def appointed(
        self, person: str, role: Role, day: date, company: str | None = None, unit: str | None = None
    ) -> Recorded:
        scope = RoleScope(company_id=company, org_unit_id=unit)
        event = RoleAppointed(person_id=person, role=role, scope=scope, effective_date=day)
        return self.tell(f"person/{person}", event)

    def relieved(
        self, person: str, role: Role, day: date, company: str | None = None, unit: str | None = None
    ) -> Recorded:
        scope = RoleScope(company_id=company, org_unit_id=unit)
        event = RoleRelieved(person_id=person, role=role, scope=scope, effective_date=day)
        return self.tell(f"person/{person}", event)

    def opened(self, version: int = 1, day: date = APRIL, due: date = MAY_31) -> Recorded:
        fiscal_year = fiscal_year_of(day)
        event = PledgeCampaignOpened(
            campaign_id=f"K{version}-{day}",
            fy=fiscal_year.label,
            template_id="basic-rules",
            template_version=version,
            template_hash=HASH,
            opens_on=day,
            due_date=due,
            period_end=fiscal_year.end,
        )
        return self.tell(f"pledge-campaign/{event.campaign_id}", event, day)

    def target(self, country: str, day: date) -> Recorded:
        event = PledgeTargetCountrySet(fy=fiscal_year_of(day).label, country=country, from_date=day)
        return self.tell(f"pledge-target-country/{country}-{day}", event, day)

    def asked(self, person: str = "P1", day: date = APRIL, due: date = MAY_31, version: int = 1) -> Recorded:
        fiscal_year = fiscal_year_of(day)
        event = PledgeRequested(
            **self._pledge(person, version, day),
            campaign_id=f"K{version}-{day}",
            period_fy=fiscal_year.label,
            due_date=due,
        )
        return self.tell(f"pledge/{event.pledge_id}", event, day)

    def resumed(self, person: str, day: date, due: date, version: int = 1) -> Recorded:
        pledge_id = f"{person}-{version}-{fiscal_year_of(day).label}"
        return self.tell(f"pledge/{pledge_id}", PledgeResumed(pledge_id=pledge_id, person_id=person, due_date=due), day)

    def signed(self, person: str = "P1", day: date = APRIL, version: int = 1, until: date | None = None) -> Recorded:
        fields = self._pledge(person, version, day)
        fields |= {"period_end": until} if until else {}
        event = PledgeSigned(
            **fields,
            language="ja",
            consent_text_hash=HASH,
            signed_at=start_of_day(day) + timedelta(hours=9),
            method=SigningMethod.SSO,
            pages_viewed=1,
            page_count=1,
        )
        return self.tell(f"pledge/{event.pledge_id}", event, day)

    def course_opened(self, day: date = APRIL, due: date = MAY_31) -> Recorded:
        """The year's online course; the campaign's id is its day."""
        fiscal_year = fiscal_year_of(day)
        event = TrainingCampaignOpened(
            campaign_id=f"T-{day}",
            fy=fiscal_year.label,
            course_id="privacy",
            course_version=1,
            course_kind=CourseKind.ANNUAL_ONLINE,
            pass_mark=80,
            opens_on=day,
            due_date=due,
            period_end=fiscal_year.end,
        )
        return self.tell(f"training-campaign/{event.campaign_id}", event, day)

    def assigned(self, person: str = "P1", day: date = APRIL, due: date = MAY_31) -> Recorded:
        year = fiscal_year_of(day)
        terms: dict[str, Any] = {"since": day, "due_date": due, "period_end": year.end, "pass_mark": 80}
        event = TrainingAssigned(**self._course(person, day), **terms, course_version=1)
        return self.tell(f"assignment/{event.assignment_id}", event, day)

    def assigned_again(self, person: str, day: date, due: date) -> Recorded:
        """Back from leave, with a new due date."""
        mine = f"T-{person}-{fiscal_year_of(day).label}"
        return self.tell(f"assignment/{mine}", TrainingResumed(assignment_id=mine, person_id=person, due_date=due), day)

    def completed(self, person: str = "P1", day: date = APRIL) -> Recorded:
        at = start_of_day(day) + timedelta(hours=9)
        done: dict[str, Any] = {"content_version": 1, "score": 90, "seconds": 600, "completed_at": at}
        event = TrainingCompleted(**self._course(person, day), **done)
        return self.tell(f"assignment/{event.assignment_id}", event, day)

    def _course(self, person: str, day: date) -> dict[str, Any]:
        fy = fiscal_year_of(day).label
        return {
            "assignment_id": f"T-{person}-{fy}",
            "person_id": person,
            "person_kind": PersonKind.EMPLOYEE,
            "cause": AssignmentCause.CAMPAIGN,
            "campaign_id": f"T-{fy}",
            "fy": fy,
            "course_id": "privacy",
            "course_kind": CourseKind.ANNUAL_ONLINE,
        }

    def _pledge(self, person: str, version: int, day: date) -> dict[str, Any]:
        fiscal_year = fiscal_year_of(day)
        return {
            "pledge_id": f"{person}-{version}-{fiscal_year.label}",
            "person_id": person,
            "person_kind": PersonKind.EMPLOYEE,
            "company_id": "C1",
            "org_unit_id": "D1",
            "template_id": "basic-rules",
            "template_version": version,
            "template_hash": HASH,
            "period_start": fiscal_year.start,
            "period_end": fiscal_year.end,
        }


def told(recorded: Recorded) -> Told:
    return Told(recorded, recorded.recorded_at)


def histories(events: list[Recorded]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for recorded in events:
        for subject in subjects_of(recorded.stream.encode(), encode(recorded)):
            found.setdefault(subject, []).append(told(recorded))
    return found


def judged(story: Story | list[Recorded], pack: RulePack = STANDARD, rule: str | None = None) -> list[Interval]:
    """Every interval of everybody in the story, subject by subject; by one rule only, if it is named."""
    events = story.events if isinstance(story, Story) else story
    found = {subject: history_of(each) for subject, each in histories(events).items()}
    around = Surroundings(found)
    subjects = sorted(subject for subject in found if not surrounds(subject))
    intervals = [each for subject in subjects for each in fold(subject, found[subject], around, pack).intervals]
    return [each for each in intervals if rule in {None, each.rule}]


def status(intervals: list[Interval], day: date, person: str = "P1", rule: str = "C09") -> str | None:
    """How somebody stands on a day; None where the rule says nothing of him."""
    return status_of(f"person/{person}", [each for each in intervals if each.rule == rule], day)


def status_of(subject: str, intervals: list[Interval], day: date) -> str | None:
    """How a subject stands on a day by the rule whose intervals these are."""
    found = [each for each in intervals if each.subject == subject and each.covers(day)]
    assert len(found) <= 1, f"two answers for one day: {found}"
    return found[0].status if found else None
