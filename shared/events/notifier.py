"""What notifier tells: who is told of what, when, how, and whether it went out. Never a name, an address or a text."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from shared.events.base import CompanyId, Digested, DomainEvent, Identifier, OrgUnitId, PersonId, SafeText
from shared.events.hr import Role

NotificationId = Identifier
Matter = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]*/[A-Za-z0-9._/-]{1,180}$")]
"""The stream a notice is about: `inspection/S1/REG-1`, `incident/…`; of many people's pledges, their `unit/…`."""
SourceId = Annotated[SafeText, StringConstraints(min_length=1, max_length=200)]
LadderStep = Annotated[str, StringConstraints(pattern=r"^(at-once|T[+-][0-9]{1,3})$")]
"""At once, or so many days before or after the due date."""
ReplyCode = Annotated[int, Field(ge=200, le=599)]
"""What the mail server answered, as its number alone: its text may quote an address."""


class Channel(StrEnum):
    """By mail; or only in the list of notices, for who has no address."""

    EMAIL = "EMAIL"
    INBOX = "INBOX"


class Template(StrEnum):
    """What a notice says. The words are notifier's, in the language of who reads them."""

    INSPECTION_DUE = "INSPECTION_DUE"
    INSPECTION_OVERDUE = "INSPECTION_OVERDUE"
    EMERGENCY_INSPECTION = "EMERGENCY_INSPECTION"
    CUSTODIAN_VACATED = "CUSTODIAN_VACATED"
    PLEDGE_REQUESTED = "PLEDGE_REQUESTED"
    PLEDGE_OVERDUE = "PLEDGE_OVERDUE"
    PLEDGES_OUTSTANDING = "PLEDGES_OUTSTANDING"  # of a unit, to its promoter
    TRAINING_ASSIGNED = "TRAINING_ASSIGNED"
    TRAINING_OVERDUE = "TRAINING_OVERDUE"
    TRAININGS_OUTSTANDING = "TRAININGS_OUTSTANDING"
    INCIDENT_FOR_SUPERVISOR = "INCIDENT_FOR_SUPERVISOR"
    INCIDENT_FOR_CONTACT_POINT = "INCIDENT_FOR_CONTACT_POINT"
    OBLIGATION_APPROACHING = "OBLIGATION_APPROACHING"
    OBLIGATION_MISSED = "OBLIGATION_MISSED"


class DropReason(StrEnum):
    """Why a mail was not sent after all."""

    NO_LONGER_RECIPIENT = "NO_LONGER_RECIPIENT"  # he left, or is no longer in the seat he was told as
    SETTLED = "SETTLED"  # nobody waits for it any more
    UNREACHABLE = "UNREACHABLE"  # his address was erased since


class NotificationEvent(DomainEvent):
    notification_id: NotificationId


class NotificationQueued(NotificationEvent, type="notifier.NotificationQueued.v1"):
    """Somebody is told of something: once per source event, step, recipient and channel, of which the id is made.

    `as_role` is the seat he is told as; without it he is told in person. `item` is the part of the matter, such as
    one obligation of an incident; `reference` what people call it by; `count` how many are outstanding.
    """

    source_event_id: SourceId
    source_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[A-Za-z]+\.v[1-9][0-9]*$")]
    matter: Matter
    item: Identifier | None = None
    template: Template
    step: LadderStep
    recipient_person_id: PersonId
    as_role: Role | None = None
    channel: Channel
    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    reference: Identifier | None = None
    due_date: date | None = None
    due_at: datetime | None = None
    count: Annotated[int, Field(ge=1)] | None = None


class NotificationSent(NotificationEvent, type="notifier.NotificationSent.v1"):
    """The mail server took the mail. Whoever crashed between that and this sends it again, under the same id."""

    attempt: Annotated[int, Field(ge=1)]


class NotificationFailed(NotificationEvent, type="notifier.NotificationFailed.v1"):
    """The mail server refused this very mail. Tried again from `retry_at` on; without it never, for it is dead."""

    attempt: Annotated[int, Field(ge=1)]
    reply_code: ReplyCode | None = None
    retry_at: datetime | None = None


class NotificationDropped(NotificationEvent, type="notifier.NotificationDropped.v1"):
    """When the mail's turn came, there was no reason to send it any more. The notice stays in the recipient's list."""

    reason: DropReason


class NotificationAcknowledged(NotificationEvent, type="notifier.NotificationAcknowledged.v1"):
    """The recipient took note."""

    acknowledged_by: PersonId


class OutboxDigested(Digested, type="notifier.OutboxDigested.v1"):
    """The daily watermark of notifier."""


NotificationTold: TypeAlias = (
    NotificationQueued | NotificationSent | NotificationFailed | NotificationDropped | NotificationAcknowledged
)
NotifierEvent: TypeAlias = NotificationTold | OutboxDigested
