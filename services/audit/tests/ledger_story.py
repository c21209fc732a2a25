"""Short ways to tell of slips and their inspections."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.audit.tests.story import HASH, Story
from shared.events.codec import Recorded
from shared.events.hr import PiType
from shared.events.ledger import (
    CountBand,
    Custodian,
    CustodianRole,
    DisposalMethod,
    FieldChange,
    InspectionCompleted,
    InspectionKind,
    InspectionResult,
    Medium,
    Priority,
    SlipAmended,
    SlipCustodianAssigned,
    SlipCustodianReleased,
    SlipDetails,
    SlipDisposed,
    SlipEvent,
    SlipPriorityChanged,
    SlipRegistered,
    SlipStorageSet,
    SlipTransferred,
    SlipWithdrawn,
    Storage,
    TransferCause,
)

MANAGER = CustodianRole.PI_MANAGER
STORAGE = Storage(storing_unit="D1", place="strongroom", medium=Medium.PAPER)


@dataclass
class Ledger:
    """Tells a story's events about one slip."""

    story: Story
    slip: str = "S1"
    inspections: int = 0

    def registered(self, day: date, unit: str = "D1", company: str = "C1", **details: Any) -> Recorded:
        fields: dict[str, Any] = {
            "slip_no": self.slip,
            "title": "customers",
            "pi_type": PiType.CUSTOMER,
            "items": ("address",),
            "count_band": CountBand.UP_TO_100,
            "acquisition_method": "form",
            "purpose_of_use": "delivery",
            "priority": Priority.NORMAL,
        }
        told = SlipDetails(**{**fields, **details})
        return self._tell(SlipRegistered(slip_id=self.slip, company_id=company, org_unit_id=unit, details=told), day)

    def registered_numbers(
        self, day: date, *people: str, storage: Storage | None = STORAGE, unit: str = "D1"
    ) -> Recorded:
        """A slip of National ID numbers, with those in charge of them."""
        custodians = tuple(Custodian(person_id=person, role=MANAGER, since=day) for person in people)
        return self.registered(
            day, unit, specific_pi=True, priority=Priority.HIGH, storage=storage, custodians=custodians
        )

    def completed(self, day: date, kind: InspectionKind = InspectionKind.REGULAR) -> Recorded:
        self.inspections += 1
        cycle = f"REG-{self.inspections}" if kind is InspectionKind.REGULAR else f"EMG-I{self.inspections}"
        event = InspectionCompleted(slip_id=self.slip, cycle=cycle, kind=kind, result=InspectionResult.CONFORM)
        return self.story.tell(f"inspection/{self.slip}/{cycle}", event, day)

    def priority(self, new: Priority, day: date) -> Recorded:
        old = Priority.NORMAL if new is Priority.HIGH else Priority.HIGH
        return self._tell(SlipPriorityChanged(slip_id=self.slip, old=old, new=new, reason="risk"), day)

    def transferred(self, day: date, unit: str, company: str = "C1") -> Recorded:
        event = SlipTransferred(
            slip_id=self.slip, from_unit="D1", to_unit=unit, company_id=company, cause=TransferCause.AGREEMENT
        )
        return self._tell(event, day)

    def disposed(self, day: date) -> Recorded:
        event = SlipDisposed(slip_id=self.slip, method=DisposalMethod.SHREDDED, evidence_hash=HASH)
        return self._tell(event, day)

    def withdrawn(self, day: date, at: datetime | None = None) -> Recorded:
        return self._tell(SlipWithdrawn(slip_id=self.slip, reason="entered twice"), day, at)

    def stored(self, day: date) -> Recorded:
        return self._tell(SlipStorageSet(slip_id=self.slip, storage=STORAGE), day)

    def in_charge(self, person: str, day: date, since: date | None = None) -> Recorded:
        event = SlipCustodianAssigned(slip_id=self.slip, person_id=person, role=MANAGER, since=since or day)
        return self._tell(event, day)

    def released(self, person: str, day: date) -> Recorded:
        return self._tell(SlipCustodianReleased(slip_id=self.slip, person_id=person, role=MANAGER), day)

    def holds_numbers(self, day: date, *, new: bool) -> Recorded:
        changed = {"specific_pi": FieldChange(old=not new, new=new)}
        return self._tell(SlipAmended(slip_id=self.slip, changed=changed, reason="mended"), day)

    def _tell(self, event: SlipEvent, day: date, at: datetime | None = None) -> Recorded:
        return self.story.tell(f"slip/{self.slip}", event, day, at=at)
