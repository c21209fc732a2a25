"""One thing the HR system tells, and the record it sends for it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from typing import Final

from daicho.demo.script.chance import event_id, japan
from daicho.demo.script.moments import Moment
from shared.events.codec import Recorded, encode
from shared.events.hr import (
    CompanyJoinedGroup,
    HrEvent,
    HrSnapshotPublished,
    OrgUnitCreated,
    OrgUnitMerged,
    RoleAppointed,
    RoleRelieved,
)

SOURCE: Final = "/hr"
_BEFORE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact and the moment at which HR tells it, which may lie before or long after the fact's own day."""

    event: HrEvent
    at: Moment
    day: date = field(init=False)
    """The first day of what the fact brings."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "day", self.event.business_date or self.at.day)

    @property
    def stream(self) -> str:
        match self.event:
            case RoleAppointed() | RoleRelieved():
                return self.event.principal
            case CompanyJoinedGroup():
                return f"company/{self.event.company_id}"
            case OrgUnitCreated() | OrgUnitMerged():
                return f"unit/{self.event.org_unit_id}"
            case HrSnapshotPublished():
                return "snapshot/hr"
            case _:
                return f"person/{getattr(self.event, 'person_id', '')}"

    def id(self, seed: int) -> str:
        """The envelope's id: the same fact told at the same moment is the same event."""
        text = f"{self.stream}|{self.event.type}|{self.event.model_dump_json()}|{self.at.at.isoformat()}"
        return event_id(seed, text)


@dataclass(frozen=True, slots=True)
class Message:
    """A record for hr.events, byte for byte; the id is empty for one that nobody can read."""

    key: str
    value: bytes
    id: str


def messages(seed: int, told: Iterable[Told]) -> list[Message]:
    """What is sent at one moment, in this order; `recordedtime` is HR's own claim, some minutes before the moment."""
    return [_message(seed, number, each) for number, each in enumerate(told)]


def _message(seed: int, number: int, told: Told) -> Message:
    recorded = Recorded(
        id=told.id(seed),
        source=SOURCE,
        stream=told.stream,
        version=None,
        time=japan(told.day),
        recorded_at=(told.at.at - _BEFORE).astimezone(UTC) + timedelta(milliseconds=number),
        event=told.event,
        actor="system/hr",
    )
    return Message(told.stream, encode(recorded), recorded.id)
