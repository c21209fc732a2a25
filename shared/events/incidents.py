"""What incidents tells."""

from typing import TypeAlias

from shared.events.base import Digested


class OutboxDigested(Digested, type="incidents.OutboxDigested.v1"):
    """The daily watermark of incidents."""


IncidentsEvent: TypeAlias = OutboxDigested
