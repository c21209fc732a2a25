"""What can be asked of a notice: by the ladder, by the sender, by its recipient."""

from datetime import datetime
from typing import TypeAlias
from uuid import NAMESPACE_URL, uuid5

from shared.decider import Command
from shared.events.base import Identifier, PersonId
from shared.events.notifier import DropReason, NotificationQueued

NOTIFICATIONS = uuid5(NAMESPACE_URL, "urn:daicho:notification")


def notification_of(source: str, step: str, recipient: str, channel: str) -> str:
    """One notice per source event, step, recipient and channel: queueing it again finds the same stream."""
    return str(uuid5(NOTIFICATIONS, f"{source}|{step}|{recipient}|{channel}"))


class OfNotification(Command):
    kind = "notification"
    notification_id: Identifier

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.notification_id}"


class QueueNotification(OfNotification):
    """Tell somebody; the fact is decided by the ladder and arrives whole."""

    queued: NotificationQueued


class MarkSent(OfNotification):
    """The mail server took it."""


class MarkFailed(OfNotification):
    """The mail server refused it; without a pause that is over at `retry_at`, for ever."""

    reply_code: int | None
    permanent: bool
    now: datetime


class DropNotification(OfNotification):
    reason: DropReason


class AcknowledgeNotification(OfNotification):
    person_id: PersonId


NotificationCommand: TypeAlias = QueueNotification | MarkSent | MarkFailed | DropNotification | AcknowledgeNotification
