"""Who was told of what, how, and has it gone out? And which mails are still to be sent, in which order?"""

from datetime import date, datetime
from typing import Final, Literal

import msgspec
from msgspec.structs import replace
from sqlalchemy import Index

from services.notifier.domain.ladder import URGENT
from services.notifier.domain.notification import Post
from services.notifier.schema import metadata
from shared.events.codec import Recorded
from shared.events.notifier import (
    Channel,
    NotificationAcknowledged,
    NotificationDropped,
    NotificationEvent,
    NotificationFailed,
    NotificationQueued,
    NotificationSent,
)
from shared.events.topics import NOTIFIER
from shared.runtime.reading.views import View, table_of

MailState = Literal["queued", "failed", "dead", "sent", "dropped"]


class NotificationRow(msgspec.Struct, frozen=True):
    """`state` is that of its mail; a notice without one is sent by being there. `acknowledged_at`: he took note."""

    notification_id: str
    person_id: str
    as_role: str | None
    channel: str
    template: str
    step: str
    matter: str
    item: str | None
    reference: str | None
    company_id: str | None
    org_unit_id: str | None
    due_date: date | None
    due_at: datetime | None
    count: int | None
    state: str
    queued_at: datetime
    attempts: int
    acknowledged_at: datetime | None
    version: int


class MailRow(msgspec.Struct, frozen=True):
    """A mail still to be sent: not before `not_before`, and the `later` ones when everything urgent is out."""

    notification_id: str
    later: bool
    queued_at: datetime
    not_before: datetime


notifications: Final = table_of(
    NotificationRow, "notifications", metadata, Index(None, "person_id"), Index(None, "state")
)
mails: Final = table_of(MailRow, "mails", metadata, Index(None, "later", "queued_at", "notification_id"))


def key(recorded: Recorded) -> str | None:
    return recorded.event.notification_id if isinstance(recorded.event, NotificationEvent) else None


def project(row: NotificationRow | None, recorded: Recorded) -> NotificationRow | None:
    version = recorded.version or 0
    match recorded.event:
        case NotificationQueued() as queued:
            return _queued(queued, recorded.time, version)
        case NotificationSent(attempt=attempt) if row:
            return replace(row, state=Post.SENT.value, attempts=attempt, version=version)
        case NotificationFailed(attempt=attempt, retry_at=retry_at) if row:
            state = Post.FAILED if retry_at else Post.DEAD
            return replace(row, state=state.value, attempts=attempt, version=version)
        case NotificationDropped() if row:
            return replace(row, state=Post.DROPPED.value, version=version)
        case NotificationAcknowledged() if row:
            return replace(row, acknowledged_at=recorded.time, version=version)
        case _:
            return row


def _queued(queued: NotificationQueued, at: datetime, version: int) -> NotificationRow:
    return NotificationRow(
        notification_id=queued.notification_id,
        person_id=queued.recipient_person_id,
        as_role=queued.as_role and queued.as_role.value,
        channel=queued.channel.value,
        template=queued.template.value,
        step=queued.step,
        matter=queued.matter,
        item=queued.item,
        reference=queued.reference,
        company_id=queued.company_id,
        org_unit_id=queued.org_unit_id,
        due_date=queued.due_date,
        due_at=queued.due_at,
        count=queued.count,
        state=(Post.QUEUED if queued.channel is Channel.EMAIL else Post.SENT).value,
        queued_at=at,
        attempts=0,
        acknowledged_at=None,
        version=version,
    )


def project_mail(row: MailRow | None, recorded: Recorded) -> MailRow | None:
    match recorded.event:
        case NotificationQueued(channel=Channel.EMAIL) as queued:
            return MailRow(queued.notification_id, queued.template not in URGENT, recorded.time, recorded.time)
        case NotificationFailed(retry_at=retry_at) if row and retry_at:
            return replace(row, not_before=retry_at)
        case NotificationAcknowledged():
            return row
        case _:
            return None


KINDS: Final = frozenset({"notification"})
NOTIFICATIONS = View("notifications", (NOTIFIER,), notifications, NotificationRow, key, project, KINDS)
MAILS = View("mails", (NOTIFIER,), mails, MailRow, key, project_mail, KINDS)
