"""One notice to one person: queued, then sent, dropped or dead; and taken note of, whatever became of its mail."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from services.notifier.domain.notification_commands import (
    AcknowledgeNotification,
    DropNotification,
    MarkFailed,
    MarkSent,
    NotificationCommand,
    QueueNotification,
)
from shared.decider import Decider, Rejected
from shared.events.notifier import (
    Channel,
    NotificationAcknowledged,
    NotificationDropped,
    NotificationFailed,
    NotificationQueued,
    NotificationSent,
    NotificationTold,
)

PAUSES: Final = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
)
"""Before each further try of a mail that the server refused for now; after the last one it is dead."""


class Post(StrEnum):
    """How far the mail of a notice is; an inbox notice is sent by being queued."""

    QUEUED = "queued"
    FAILED = "failed"
    DEAD = "dead"
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Unqueued:
    pass


@dataclass(frozen=True)
class Queued:
    queued: NotificationQueued
    post: Post
    attempts: int = 0
    retry_at: datetime | None = None
    acknowledged: bool = False

    @property
    def waits(self) -> bool:
        """Whether a mail is still to be sent."""
        return self.post in {Post.QUEUED, Post.FAILED}


Notification: TypeAlias = Unqueued | Queued


def decide(command: NotificationCommand, notification: Notification) -> list[NotificationTold]:
    match command, notification:
        case QueueNotification(queued=queued), Unqueued():
            return [queued]
        case QueueNotification(), Queued():
            return []
        case AcknowledgeNotification(), Queued():
            return _acknowledge(command, notification)
        case AcknowledgeNotification(), Unqueued():
            raise Rejected("there is no such notice", "notification-unknown")
        case _, Queued(waits=True):
            return [_outcome(command, notification)]
        case _:
            return []


def _outcome(command: NotificationCommand, notification: Queued) -> NotificationTold:
    """What became of a mail that was still to be sent."""
    name, attempt = notification.queued.notification_id, notification.attempts + 1
    match command:
        case MarkSent():
            return NotificationSent(notification_id=name, attempt=attempt)
        case MarkFailed():
            retry_at = None if command.permanent else _retry_at(command.now, attempt)
            return NotificationFailed(
                notification_id=name, attempt=attempt, reply_code=command.reply_code, retry_at=retry_at
            )
        case DropNotification(reason=reason):
            return NotificationDropped(notification_id=name, reason=reason)
        case QueueNotification() | AcknowledgeNotification():
            raise AssertionError(command)
        case _:
            assert_never(command)


def _retry_at(now: datetime, attempt: int) -> datetime | None:
    return now + PAUSES[attempt - 1] if attempt <= len(PAUSES) else None


def _acknowledge(acknowledge: AcknowledgeNotification, notification: Queued) -> list[NotificationTold]:
    if acknowledge.person_id != notification.queued.recipient_person_id:
        raise Rejected("only the recipient takes note of a notice", "not-the-recipient")
    if notification.acknowledged:
        return []
    name = notification.queued.notification_id
    return [NotificationAcknowledged(notification_id=name, acknowledged_by=acknowledge.person_id)]


def evolve(notification: Notification, event: NotificationTold) -> Notification:
    if isinstance(event, NotificationQueued):
        return Queued(event, Post.QUEUED if event.channel is Channel.EMAIL else Post.SENT)
    return _since_queued(notification, event) if isinstance(notification, Queued) else notification


def _since_queued(
    notification: Queued,
    event: NotificationSent | NotificationFailed | NotificationDropped | NotificationAcknowledged,
) -> Queued:
    match event:
        case NotificationSent(attempt=attempt):
            return replace(notification, post=Post.SENT, attempts=attempt, retry_at=None)
        case NotificationFailed(attempt=attempt, retry_at=at):
            return replace(notification, post=Post.FAILED if at else Post.DEAD, attempts=attempt, retry_at=at)
        case NotificationDropped():
            return replace(notification, post=Post.DROPPED, retry_at=None)
        case NotificationAcknowledged():
            return replace(notification, acknowledged=True)
        case _:
            assert_never(event)


NOTIFICATION: Decider[NotificationCommand, Notification, NotificationTold] = Decider(Unqueued(), decide, evolve)
