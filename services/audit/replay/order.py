"""What a replay is asked for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from services.audit.domain.canonical import canonical
from shared.law.calendar import ONE_DAY
from shared.law.rule_pack import STANDARD

Source = Literal["archive", "kafka"]
_NAMESPACE = uuid5(NAMESPACE_URL, "urn:daicho:replay")


@dataclass(frozen=True, slots=True)
class ReplayOrder:
    """The days from `begins` to `until`, both included, as known at an instant, under a rule pack."""

    begins: date
    until: date
    known_at: datetime | None = None
    rule_pack: str = STANDARD.name
    source: Source = "archive"

    @property
    def ends(self) -> date:
        """The first day after the period."""
        return self.until + ONE_DAY

    def document(self) -> dict[str, Any]:
        return {
            "from": self.begins.isoformat(),
            "to": self.until.isoformat(),
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "rule_pack": self.rule_pack,
            "source": self.source,
        }

    @classmethod
    def of(cls, document: dict[str, Any]) -> "ReplayOrder":
        known_at = document["known_at"]
        return cls(
            date.fromisoformat(document["from"]),
            date.fromisoformat(document["to"]),
            datetime.fromisoformat(known_at) if known_at else None,
            document["rule_pack"],
            document["source"],
        )


def replay_id(*names: str) -> UUID:
    """Who asks the same again gets the same replay."""
    return uuid5(_NAMESPACE, canonical(list(names)).decode())
