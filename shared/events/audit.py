"""What audit tells."""

from typing import TypeAlias

from shared.events.base import Digested


class OutboxDigested(Digested, type="audit.OutboxDigested.v1"):
    """The daily watermark of audit."""


AuditEvent: TypeAlias = OutboxDigested
