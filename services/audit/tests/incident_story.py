"""Short ways to tell of an incident: reported, acknowledged, confirmed or not, and who must hear of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.audit.tests.story import HASH, Story
from shared.events.codec import Recorded
from shared.events.incidents import (
    Affected,
    Anchor,
    AuthorityReportFiled,
    AwarenessCorrected,
    Channel,
    ContactPointAcknowledged,
    ContainmentRecorded,
    Decided,
    DismissalGround,
    Flags,
    IncidentClosed,
    IncidentConfirmed,
    IncidentDismissed,
    IncidentEvent,
    IncidentKind,
    IncidentReopened,
    IncidentReported,
    ObligationDeadlineMoved,
    ObligationDecided,
    Recipient,
    Regime,
    ReportingObligationOpened,
    Sealed,
    Stage,
    SupervisorAcknowledged,
)
from shared.law.calendar import end_of_day, start_of_day

SEALED = Sealed(ref="N1", salted_hash=HASH)
AFFECTED = Affected(least=1, most=1)


def at(day: date, hours: float = 12) -> datetime:
    return start_of_day(day) + timedelta(hours=hours)


@dataclass
class Told:
    """Tells a story's events about one incident."""

    story: Story
    incident: str = "I1"

    def reported(
        self, day: date, unit: str = "D1", company: str | None = "C1", aware: date | None = None, **fields: Any
    ) -> Recorded:
        said: dict[str, Any] = {
            "kind": IncidentKind.LOSS,
            "discovered_at": at(aware or day, 9),
            "aware_at": at(aware or day, 9),
            "aware_org_unit_id": unit,
            "company_id": company,
            "reported_at": at(day, 10),
        }
        fixed: dict[str, Any] = {
            "incident_no": f"{day:%Y%m%d}-00000A",
            "account": SEALED,
            "affected": AFFECTED,
            "flags": Flags(),
            "jurisdictions": ("JP",),
            "channel": Channel.WEB,
        }
        return self._tell(IncidentReported(incident_id=self.incident, **fixed, **{**said, **fields}), day)

    def supervisor(self, instant: datetime, day: date) -> Recorded:
        return self._tell(SupervisorAcknowledged(incident_id=self.incident, acknowledged_at=instant), day)

    def contact_point(self, instant: datetime, day: date) -> Recorded:
        return self._tell(ContactPointAcknowledged(incident_id=self.incident, acknowledged_at=instant), day)

    def both(self, day: date) -> None:
        self.supervisor(at(day, 11), day)
        self.contact_point(at(day, 12), day)

    def confirmed(self, day: date) -> Recorded:
        return self._tell(IncidentConfirmed(incident_id=self.incident), day)

    def contained(self, day: date) -> Recorded:
        return self._tell(ContainmentRecorded(incident_id=self.incident, contained_at=at(day)), day)

    def closed(self, day: date) -> Recorded:
        return self._tell(IncidentClosed(incident_id=self.incident, closed_at=at(day)), day)

    def dismissed(self, day: date) -> Recorded:
        event = IncidentDismissed(incident_id=self.incident, ground=DismissalGround.NO_INCIDENT, rationale=SEALED)
        return self._tell(event, day)

    def reopened(self, day: date) -> Recorded:
        return self._tell(IncidentReopened(incident_id=self.incident, reopened_at=at(day), reason=SEALED), day)

    def aware(self, aware: date, day: date) -> Recorded:
        fields: dict[str, Any] = {"before": at(day, 9), "aware_at": at(aware, 9), "justification": SEALED}
        return self._tell(AwarenessCorrected(incident_id=self.incident, **fields), day)

    def must_hear(self, day: date, due: datetime | None, regime: Regime = Regime.PMARK_PRELIM) -> Recorded:
        event = ReportingObligationOpened(
            **self._obligation(regime),
            recipient=Recipient.PMARK_BODY,
            anchor=Anchor.AWARENESS,
            anchor_at=at(day, 9),
            due_at=due,
            opened_at=at(day),
            rule_pack="pmark-2022",
        )
        return self._tell(event, day)

    def moved(self, day: date, due: datetime, regime: Regime = Regime.PMARK_PRELIM) -> Recorded:
        event = ObligationDeadlineMoved(**self._obligation(regime), anchor_at=at(day, 9), due_at=due, moved_at=at(day))
        return self._tell(event, day)

    def decided(self, day: date, decided: Decided, regime: Regime = Regime.PMARK_PRELIM) -> Recorded:
        event = ObligationDecided(**self._obligation(regime), decided=decided, rationale=SEALED)
        return self._tell(event, day)

    def filed(self, instant: datetime, day: date, due: datetime, regime: Regime = Regime.PMARK_PRELIM) -> Recorded:
        event = AuthorityReportFiled(
            **self._obligation(regime),
            stage=Stage.PRELIM,
            affected=AFFECTED,
            filed_at=instant,
            due_at=due,
            on_time=instant < due,
        )
        return self._tell(event, day)

    def _obligation(self, regime: Regime) -> dict[str, Any]:
        return {"incident_id": self.incident, "obligation_id": f"{self.incident}.{regime}", "regime": regime}

    def _tell(self, event: IncidentEvent, day: date) -> Recorded:
        return self.story.tell(f"incident/{self.incident}", event, day)


def by_end_of(day: date) -> datetime:
    """In time is strictly before it."""
    return end_of_day(day)
