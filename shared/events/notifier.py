"""What notifier tells."""

from typing import TypeAlias

from shared.events.base import Digested


class OutboxDigested(Digested, type="notifier.OutboxDigested.v1"):
    """The daily watermark of notifier."""


NotifierEvent: TypeAlias = OutboxDigested
