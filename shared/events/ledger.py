"""What ledger tells."""

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from shared.events.base import DomainEvent, Sha256


class OutboxDigested(DomainEvent, type="ledger.OutboxDigested.v1"):
    """The service's watermark: what it recorded on a Japanese day, as count and digest."""

    day: date
    count: Annotated[int, Field(ge=0)]
    digest: Sha256


LedgerEvent: TypeAlias = OutboxDigested
