"""Incidents step by step: from a request to a command, who may give it, and how the incident then stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Request, Response

from services.incidents.api.shapes import AffectedGiven, FlagsGiven, IncidentShown, ObligationShown, StepBody, time_of
from services.incidents.domain.case import Incident, Obligation, Reachable, Unreported, name
from services.incidents.domain.commands import Act
from services.incidents.narratives import Draft, Vault, vault_of
from shared.events.base import Identifier
from shared.events.incidents import Affected, Flags
from shared.organisation.access import Resource
from shared.organisation.directory import desk_of
from shared.runtime.application import running_of
from shared.runtime.database import Connection
from shared.runtime.http.changing import Admit, Changing
from shared.runtime.http.problems import Problem

IncidentIdInPath = Annotated[Identifier, Path(description="The id that the report was answered with.")]
TEXTS: Final[Mapping[str, str]] = {
    "narrative": "account",
    "late_reason": "late_reason",
    "justification": "justification",
    "rationale": "rationale",
    "reason": "reason",
}
"""From the fields of bodies that hold a text to those of commands that refer to it."""


@dataclass(frozen=True)
class Written:
    """A body taken apart: what a command says, and the texts that it only refers to."""

    fields: dict[str, Any]
    drafts: tuple[Draft, ...]


def written(body: StepBody) -> Written:
    drafts = {field: Draft.of(about, text) for field, about in TEXTS.items() if (text := getattr(body, field, None))}
    plain = {field: _value(value) for field, value in body if field not in {*TEXTS, "time"}}
    sealed = {TEXTS[field]: draft.sealed for field, draft in drafts.items()}
    return Written(plain | sealed, tuple(drafts.values()))


def _value(value: object) -> object:
    match value:
        case AffectedGiven():
            return Affected(least=value.least, most=value.most)
        case FlagsGiven():
            return Flags(**dict(value))
        case _:
            return value


@dataclass(frozen=True)
class Handling:
    """One request that takes a step with an incident."""

    request: Request
    changing: Changing
    incident_id: IncidentIdInPath

    @property
    def vault(self) -> Vault:
        return vault_of(running_of(self.request).settings)

    async def take(self, action: str, step: type[Act], body: StepBody, **more: Any) -> Response:
        """Give the command, at the body's `time` or now, and keep its texts with what follows from it."""
        now = running_of(self.request).clock.now()
        said = written(body)
        given = {**said.fields, **more, "incident_id": self.incident_id, "time": time_of(body) or now, "now": now}
        command = step.model_validate({each: given[each] for each in given if each in step.model_fields})
        also = self.vault.keeping(self.incident_id, said.drafts)
        admit = admission(self.request, self.changing.principal.subject, action)
        return await self.changing.make(command, admit=admit, show=shown, happened=command.time, also=also)


Step = Annotated[Handling, Depends()]


def admission(request: Request, principal: str, action: str) -> Admit[Incident]:
    """Admits according to who reported the incident and where the unit that knew first stands today."""
    running = running_of(request)

    async def admit(connection: Connection, incident: Incident) -> None:
        day = running.clock.today()
        if isinstance(incident, Unreported):
            raise Problem("not-found")
        report = incident.case.report
        unit = report.aware_org_unit_id
        known = await desk_of(request).directory.around(connection, [f"unit/{unit}"])
        resource = Resource(report.reporter_id, known.company_of(unit, day), known.ancestors(unit, day))
        await desk_of(request).admit(connection, principal, action, resource, day)

    return admit


def shown(incident: Incident, _version: int) -> IncidentShown:
    if isinstance(incident, Unreported):
        raise Problem("not-found")
    case, report, assessment = incident.case, incident.case.report, incident.case.assessment
    return IncidentShown(
        incident_id=report.incident_id,
        incident_no=report.incident_no,
        kind=report.kind,
        state=_state(incident),
        company_id=report.company_id,
        org_unit_id=report.aware_org_unit_id,
        reporter_id=report.reporter_id,
        aware_at=case.aware_at,
        discovered_at=report.discovered_at,
        reported_at=report.reported_at,
        persons_least=case.counts[-1].affected.least,
        persons_most=case.counts[-1].affected.most,
        severity=assessment and assessment.severity,
        rights_risk=assessment and assessment.rights_risk,
        categories=assessment.categories if assessment else (),
        obligations=tuple(_obligation(report.incident_id, each) for each in case.obligations.values()),
    )


def _state(incident: Reachable) -> Any:
    return name(incident)


def _obligation(incident_id: str, obligation: Obligation) -> ObligationShown:
    filed = obligation.filed
    return ObligationShown(
        obligation_id=obligation.obligation_id,
        incident_id=incident_id,
        regime=obligation.regime,
        recipient=obligation.recipient,
        anchor_at=obligation.anchor_at,
        due_at=obligation.due_at,
        state=obligation.standing.value,
        missed=obligation.missed,
        filed_at=filed and filed.filed_at,
        on_time=filed and filed.on_time,
    )
