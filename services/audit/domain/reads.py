"""Which events a rule reads, by what they are about. One that is not here changes nothing of the compliance."""

from typing import Final

from shared.events.base import DomainEvent
from shared.events.hr import (
    OrgUnitAbolished,
    OrgUnitMerged,
    OrgUnitSplit,
    RoleAppointed,
    RoleRelieved,
)
from shared.events.incidents import (
    AuthorityReportFiled,
    AwarenessCorrected,
    ContactPointAcknowledged,
    IncidentConfirmed,
    IncidentDismissed,
    IncidentReopened,
    IncidentReported,
    ObligationDeadlineMoved,
    ObligationDecided,
    ReportingObligationOpened,
    SupervisorAcknowledged,
)
from shared.events.ledger import (
    InspectionCompleted,
    SlipAmended,
    SlipCustodianAssigned,
    SlipCustodianReleased,
    SlipCustodianVacated,
    SlipDisposed,
    SlipPriorityChanged,
    SlipRegistered,
    SlipStorageSet,
    SlipTransferred,
    SlipWithdrawn,
)
from shared.events.training import (
    PledgeRequested,
    PledgeResumed,
    PledgeSigned,
    TrainingAssigned,
    TrainingCompleted,
    TrainingResumed,
)


def _types(*events: type[DomainEvent]) -> frozenset[str]:
    return frozenset(event.type for event in events)


ABOUT_A_PERSON: Final = _types(
    PledgeRequested,
    PledgeResumed,
    PledgeSigned,
    TrainingAssigned,
    TrainingResumed,
    TrainingCompleted,
)
ABOUT_A_SLIP: Final = _types(
    SlipRegistered,
    SlipAmended,
    SlipPriorityChanged,
    SlipCustodianAssigned,
    SlipCustodianReleased,
    SlipCustodianVacated,
    SlipStorageSet,
    SlipTransferred,
    SlipDisposed,
    SlipWithdrawn,
    InspectionCompleted,
)
ABOUT_AN_INCIDENT: Final = _types(
    IncidentReported,
    SupervisorAcknowledged,
    ContactPointAcknowledged,
    AwarenessCorrected,
    IncidentConfirmed,
    IncidentDismissed,
    IncidentReopened,
    ReportingObligationOpened,
    ObligationDeadlineMoved,
    ObligationDecided,
    AuthorityReportFiled,
)
APPOINTMENTS: Final = _types(RoleAppointed, RoleRelieved)
ENDS_OF_UNITS: Final = _types(OrgUnitMerged, OrgUnitSplit, OrgUnitAbolished)
