"""The topics where the services meet, and what Kafka must promise about them."""

from dataclasses import dataclass
from typing import Final

PARTITIONS: Final = 12
"""Fixed from day one: growing later would move half of the keys."""

MAX_RECORD_BYTES: Final = 512 * 1024
"""The largest event that may be appended; well below the topics' max.message.bytes, which bounds a batch."""


@dataclass(frozen=True)
class Topic:
    name: str
    config: tuple[tuple[str, str], ...]
    partitions: int = PARTITIONS


_BATCH = ("max.message.bytes", "1048576")
_LOG = (("cleanup.policy", "delete"), ("retention.ms", "-1"), ("retention.bytes", "-1"), _BATCH)
_FOREIGN = (*_LOG, ("message.timestamp.type", "LogAppendTime"))
_COMPACTED = (("cleanup.policy", "compact"), _BATCH)

LEDGER: Final = Topic("ledger.events", _LOG)
INCIDENTS: Final = Topic("incidents.events", _LOG)
TRAINING: Final = Topic("training.events", _LOG)
AUDIT: Final = Topic("audit.events", _LOG)
NOTIFIER: Final = Topic("notifier.events", _LOG)
HR: Final = Topic("hr.events", _FOREIGN)
HR_CONTACTS: Final = Topic("hr.contacts", _COMPACTED)

OWN: Final = {
    "ledger": LEDGER,
    "incidents": INCIDENTS,
    "training": TRAINING,
    "audit": AUDIT,
    "notifier": NOTIFIER,
}
ARCHIVED: Final = (*OWN.values(), HR)
"""Everything the archive copies: every topic but hr.contacts, whose records must stay erasable."""
ALL: Final = (*ARCHIVED, HR_CONTACTS)
