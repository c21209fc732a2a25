"""The steps of an incident: taken over, assessed, confirmed or dismissed, reported, contained, closed."""

from typing import Any, Final

from fastapi import Response

from services.incidents.api.handling import Step
from services.incidents.api.shapes import (
    Acknowledgement,
    Assessment,
    Awareness,
    Closure,
    Confirmation,
    Count,
    Decision,
    Deed,
    Dismissal,
    Filing,
    IncidentShown,
    Notice,
    Reopening,
)
from services.incidents.domain.commands import (
    AcknowledgeAsContactPoint,
    AcknowledgeAsSupervisor,
    AssessIncident,
    CloseIncident,
    ConfirmIncident,
    CorrectAwareness,
    DecideObligation,
    DismissIncident,
    FileReport,
    NotifySubjects,
    RecordContainment,
    ReopenIncident,
    UpdateAffected,
)
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router

router: Final = api_router(prefix="/v1/incidents/{incident_id}", tags=["steps"])
ANSWERS: Final[dict[str, Any]] = {"response_model": IncidentShown, "responses": CHANGE_PROBLEMS}


@router.post("/acknowledgement", operation_id="acknowledge_incident", summary="Acknowledge a report", **ANSWERS)
async def acknowledge(step: Step, body: Acknowledgement) -> Response:
    """By the contact point, who takes it over, and by the divisional supervisor. It starts no clock (F9)."""
    if body.capacity == "CONTACT_POINT":
        return await step.take("incident:take-over", AcknowledgeAsContactPoint, body)
    return await step.take("incident:take-note", AcknowledgeAsSupervisor, body)


@router.post("/awareness", operation_id="correct_awareness", summary="Correct when the first unit knew", **ANSWERS)
async def correct_awareness(step: Step, body: Awareness) -> Response:
    """Deadlines that are not met yet move with it; what was filed keeps its verdict."""
    return await step.take("incident:correct-awareness", CorrectAwareness, body)


@router.post("/assessment", operation_id="assess_incident", summary="Assess an incident", **ANSWERS)
async def assess(step: Step, body: Assessment) -> Response:
    """Who must be told by when follows from it, by the rules in force when the first unit knew (F10, F11)."""
    return await step.take("incident:assess", AssessIncident, body)


@router.post("/confirmation", operation_id="confirm_incident", summary="Confirm an incident", **ANSWERS)
async def confirm(step: Step, body: Confirmation) -> Response:
    """It is one, and these management slips are concerned."""
    return await step.take("incident:confirm", ConfirmIncident, body)


@router.post("/dismissal", operation_id="dismiss_incident", summary="Dismiss what is no incident", **ANSWERS)
async def dismiss(step: Step, body: Dismissal) -> Response:
    """Its obligations stay on record; nobody is warned of them any more."""
    return await step.take("incident:dismiss", DismissIncident, body)


@router.post("/affected", operation_id="update_affected", summary="Say how many persons are affected", **ANSWERS)
async def update_affected(step: Step, body: Count) -> Response:
    """A duty that depends on the number opens when the number is found to exceed the bound, and runs from then."""
    return await step.take("incident:count", UpdateAffected, body)


@router.post("/decisions", operation_id="decide_obligation", summary="Decide on an obligation", **ANSWERS)
async def decide(step: Step, body: Decision) -> Response:
    """Whether it must be reported at all."""
    return await step.take("incident:decide", DecideObligation, body)


@router.post("/filings", operation_id="file_report", summary="Record a report to an authority", **ANSWERS)
async def file_report(step: Step, body: Filing) -> Response:
    """Whether it was in time is decided here and stands for ever."""
    return await step.take("incident:file", FileReport, body)


@router.post("/notices", operation_id="notify_subjects", summary="Record that the persons were told", **ANSWERS)
async def notify(step: Step, body: Notice) -> Response:
    """Or what was done where telling each one is difficult. Counts and items, never who."""
    return await step.take("incident:notify", NotifySubjects, body)


@router.post("/containment", operation_id="contain_incident", summary="Record the containment", **ANSWERS)
async def contain(step: Step, body: Deed) -> Response:
    """It spreads no further."""
    return await step.take("incident:contain", RecordContainment, body)


@router.post("/closure", operation_id="close_incident", summary="Close an incident", **ANSWERS)
async def close(step: Step, body: Closure) -> Response:
    """When every obligation is fulfilled, or decided not to be required."""
    return await step.take("incident:close", CloseIncident, body)


@router.post("/reopening", operation_id="reopen_incident", summary="Reopen an incident", **ANSWERS)
async def reopen(step: Step, body: Reopening) -> Response:
    """It is assessed again, and what is still open is warned of again."""
    return await step.take("incident:reopen", ReopenIncident, body)
