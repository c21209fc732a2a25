"""Who was asked to pledge what, and what became of it?"""

from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec.structs import replace
from sqlalchemy import Index

from services.training.schema import metadata
from shared.events.codec import Recorded
from shared.events.topics import TRAINING
from shared.events.training import (
    PledgeDeclined,
    PledgeLapsed,
    PledgeOverdue,
    PledgeRequested,
    PledgeResumed,
    PledgeSigned,
    PledgeSuperseded,
    PledgeSuspended,
    PledgeWithdrawn,
)
from shared.runtime.reading.views import View, table_of

PledgeState = Literal["requested", "overdue", "suspended", "signed", "declined", "withdrawn", "lapsed", "superseded"]


class PledgeRow(msgspec.Struct, frozen=True):
    """`org_unit_id` is where the person was when asked, or when he signed."""

    pledge_id: str
    person_id: str
    person_kind: str
    company_id: str | None
    org_unit_id: str | None
    contractor_id: str | None
    campaign_id: str
    fy: str
    template_id: str
    template_version: int
    template_hash: str
    due_date: date
    period_end: date
    state: str
    signed_at: datetime | None
    version: int


STATES = {
    PledgeSigned: "signed",
    PledgeDeclined: "declined",
    PledgeOverdue: "overdue",
    PledgeSuspended: "suspended",
    PledgeResumed: "requested",
    PledgeWithdrawn: "withdrawn",
    PledgeLapsed: "lapsed",
    PledgeSuperseded: "superseded",
}

table = table_of(PledgeRow, "pledges", metadata, Index(None, "person_id"), Index(None, "fy", "state"))


def key(recorded: Recorded) -> str | None:
    return recorded.stream.removeprefix("pledge/") if recorded.stream.startswith("pledge/") else None


def project(row: PledgeRow | None, recorded: Recorded) -> PledgeRow | None:
    version = recorded.version or 0
    match recorded.event, row:
        case PledgeRequested() as requested, _:
            return _requested(requested, version)
        case PledgeSigned() as signed, PledgeRow():
            placed = replace(row, company_id=signed.company_id, org_unit_id=signed.org_unit_id)
            return replace(placed, state="signed", signed_at=signed.signed_at, version=version)
        case PledgeResumed(due_date=due), PledgeRow():
            return replace(row, state="requested", due_date=due, version=version)
        case event, PledgeRow() if type(event) in STATES:
            return replace(row, state=STATES[type(event)], version=version)
        case _:
            return row


def _requested(requested: PledgeRequested, version: int) -> PledgeRow:
    return PledgeRow(
        pledge_id=requested.pledge_id,
        person_id=requested.person_id,
        person_kind=requested.person_kind,
        company_id=requested.company_id,
        org_unit_id=requested.org_unit_id,
        contractor_id=requested.contractor_id,
        campaign_id=requested.campaign_id,
        fy=requested.period_fy,
        template_id=requested.template_id,
        template_version=requested.template_version,
        template_hash=requested.template_hash,
        due_date=requested.due_date,
        period_end=requested.period_end,
        state="requested",
        signed_at=None,
        version=version,
    )


PLEDGES = View("pledges", (TRAINING,), table, PledgeRow, key, project, frozenset({"pledge"}))
