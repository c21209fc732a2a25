"""What a record is about: the subjects in whose histories it belongs, read from its bytes and nothing else.

People (`person/<id>`), the framework's seats (`seat/unit/<id>/<role>`, `seat/company/<id>/<role>`), the ledger's slips
(`slip/<id>`) and incidents (`incident/<id>`) are judged. Companies, units, target countries and the campaigns surround
them. Whatever changes, it changes something for everybody who asked about it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from services.audit.domain.reads import ABOUT_A_PERSON, ABOUT_A_SLIP, ABOUT_AN_INCIDENT, APPOINTMENTS, ENDS_OF_UNITS
from shared.events.hr import (
    CompanyJoinedGroup,
    CompanyMerged,
    OrgUnitCreated,
    Role,
    UnitKind,
)
from shared.events.topics import HR, INCIDENTS, LEDGER, TRAINING, Topic
from shared.events.training import (
    PledgeCampaignOpened,
    PledgeTargetCountrySet,
    TrainingCampaignOpened,
)

TOPICS: Final[tuple[Topic, ...]] = (HR, LEDGER, TRAINING, INCIDENTS)
"""Where everything stands that a rule reads."""
CAMPAIGNS: Final = "pledge-campaigns"
"""One history of all campaigns: which text was in force when."""
COURSES: Final = "training-campaigns"
"""One history of all yearly courses: which is to be taken when."""
SURROUNDINGS: Final = ("company/", "unit/", "pledge-country/", CAMPAIGNS, COURSES)
UNIT_ROLES: Final = (Role.DIV_MANAGER, Role.PROMOTER)
"""Whom every division needs (F7)."""
COMPANY_ROLES: Final = (Role.PIPA, Role.PPOM, Role.CHIEF_AUDITOR)
"""Whom every domestic company needs (F4–F6, F8)."""


_HR_STREAMS: Final = ("person/", "company/", "unit/")


class _Scope(msgspec.Struct):
    company_id: str | None = None
    org_unit_id: str | None = None
    pi_type: str | None = None


class _Custodian(msgspec.Struct):
    person_id: str


class _Details(msgspec.Struct):
    custodians: list[_Custodian] = []


class _Data(msgspec.Struct):
    person_id: str | None = None
    outside_person_id: str | None = None
    country: str | None = None
    kind: str | None = None
    role: str | None = None
    scope: _Scope | None = None
    successors: list[str] = []
    successor_id: str | None = None
    slip_id: str | None = None
    incident_id: str | None = None
    details: _Details | None = None


class _Peek(msgspec.Struct):
    type: str
    subject: str
    data: _Data


_decoder: Final = msgspec.json.Decoder(_Peek)


@dataclass(frozen=True, slots=True)
class About:
    """The histories a record belongs to, and the people whom those subjects will therefore ask about."""

    subjects: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


NOTHING: Final = About()


def about(key: bytes | None, value: bytes | None) -> About:
    """Nothing for what no rule reads, and for what can not be read."""
    try:
        peek = _decoder.decode(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return NOTHING
    if key != peek.subject.encode(errors="replace"):
        return NOTHING
    return About(tuple(dict.fromkeys(_subjects(peek))), tuple(dict.fromkeys(_people(peek))))


def subjects_of(key: bytes | None, value: bytes | None) -> tuple[str, ...]:
    """The histories a record belongs to."""
    return about(key, value).subjects


def _subjects(peek: _Peek) -> Iterator[str]:
    if peek.type.startswith("hr."):
        if peek.subject.startswith(_HR_STREAMS):
            yield peek.subject
        yield from _seats(peek)
    elif peek.type in ABOUT_A_PERSON:
        yield f"person/{peek.data.person_id}"
    elif peek.type == PledgeCampaignOpened.type:
        yield CAMPAIGNS
    elif peek.type == TrainingCampaignOpened.type:
        yield COURSES
    elif peek.type == PledgeTargetCountrySet.type:
        yield pledge_country(str(peek.data.country))
    elif peek.type in ABOUT_A_SLIP:
        yield f"slip/{peek.data.slip_id}"
    elif peek.type in ABOUT_AN_INCIDENT:
        yield f"incident/{peek.data.incident_id}"


def _seats(peek: _Peek) -> Iterator[str]:
    """The seats a record brings about, fills, empties, or adds those of a predecessor to (F25)."""
    data, kind, (_, _, name) = peek.data, peek.type, peek.subject.partition("/")
    if kind in APPOINTMENTS:
        yield from _seat(data.role, data.scope or _Scope())
    elif kind == OrgUnitCreated.type and (data.kind or "").lower() == UnitKind.DIVISION:
        yield from seats_of_unit(name)
    elif kind == CompanyJoinedGroup.type:
        yield from seats_of_company(name)
    elif kind in ENDS_OF_UNITS and len(data.successors) == 1:
        yield from seats_of_unit(data.successors[0])
    elif kind == CompanyMerged.type and data.successor_id:
        yield from seats_of_company(data.successor_id)


def _seat(role: str | None, scope: _Scope) -> Iterator[str]:
    if scope.pi_type is not None:
        return
    if scope.org_unit_id is not None and role in UNIT_ROLES:
        yield f"seat/unit/{scope.org_unit_id}/{role}"
    elif scope.org_unit_id is None and scope.company_id is not None and role in COMPANY_ROLES:
        yield f"seat/company/{scope.company_id}/{role}"


def seats_of_unit(org_unit_id: str) -> Iterator[str]:
    return (f"seat/unit/{org_unit_id}/{role}" for role in UNIT_ROLES)


def seats_of_company(company_id: str) -> Iterator[str]:
    return (f"seat/company/{company_id}/{role}" for role in COMPANY_ROLES)


def _people(peek: _Peek) -> Iterator[str]:
    """Who holds a seat, and who is in charge of a slip: whether he is in post matters to it."""
    data = peek.data
    if peek.type in APPOINTMENTS and any(True for _ in _seat(data.role, data.scope or _Scope())):
        yield f"person/{data.person_id or data.outside_person_id}"
    elif peek.type in ABOUT_A_SLIP:
        yield from (f"person/{each.person_id}" for each in (data.details.custodians if data.details else ()))
        if data.person_id:
            yield f"person/{data.person_id}"


def pledge_country(country: str) -> str:
    return f"pledge-country/{country}"


def surrounds(subject: str) -> bool:
    """Whether it is only asked about, and never judged itself."""
    return subject.startswith(SURROUNDINGS)


def asked_about(subject: str) -> bool:
    """Whether others ask about it while they are judged; of people, only some are asked about."""
    return surrounds(subject) or subject.startswith("seat/")
