"""What ledger tells."""

from typing import TypeAlias

from shared.events.base import Digested


class OutboxDigested(Digested, type="ledger.OutboxDigested.v1"):
    """The daily watermark of ledger."""


LedgerEvent: TypeAlias = OutboxDigested
