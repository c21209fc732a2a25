"""Who may do what in incidents, and where."""

from typing import Final

from shared.events.hr import Role
from shared.organisation.access import ANYONE, Allow, Relation
from shared.organisation.operations import OPERATORS

ACCESS: Final = (
    Allow("incident:report", ANYONE, Relation.GROUP),
    Allow("incident:report", Role.CONTRACTOR_REP, Relation.GROUP),
    Allow("incident:report", Role.INTERNAL_SYSTEM, Relation.GROUP),
    Allow("incident:read", ANYONE, Relation.SELF),
    Allow("incident:read", Role.DIV_MANAGER, Relation.UNIT),
    *(
        Allow("incident:read", role, Relation.COMPANY)
        for role in (Role.PIPA, Role.PPOM, Role.PIP_OFFICE, Role.CHIEF_AUDITOR, Role.AUDITOR)
    ),
    *(
        Allow("incident:read", role, Relation.GROUP)
        for role in (Role.CONTACT_POINT, Role.CISO_OFFICE, Role.INTERNAL_SYSTEM)
    ),
    # The text itself: only who handles the incident, and who wrote it.
    Allow("incident:read-account", ANYONE, Relation.SELF),
    Allow("incident:read-account", Role.DIV_MANAGER, Relation.UNIT),
    *(Allow("incident:read-account", role, Relation.COMPANY) for role in (Role.PIPA, Role.PPOM, Role.PIP_OFFICE)),
    Allow("incident:read-account", Role.CONTACT_POINT, Relation.GROUP),
    Allow("incident:erase-account", Role.PIPA, Relation.COMPANY),
    Allow("incident:take-over", Role.CONTACT_POINT, Relation.GROUP),
    Allow("incident:take-note", Role.DIV_MANAGER, Relation.UNIT),
    Allow("incident:assess", Role.CONTACT_POINT, Relation.GROUP),
    Allow("incident:assess", Role.PIP_OFFICE, Relation.COMPANY),
    Allow("incident:correct-awareness", Role.CONTACT_POINT, Relation.GROUP),
    Allow("incident:correct-awareness", Role.PPOM, Relation.COMPANY),
    Allow("incident:confirm", Role.PPOM, Relation.COMPANY),
    Allow("incident:dismiss", Role.PPOM, Relation.COMPANY),
    Allow("incident:count", Role.PIP_OFFICE, Relation.COMPANY),
    Allow("incident:decide", Role.PIPA, Relation.COMPANY),
    Allow("incident:file", Role.PIP_OFFICE, Relation.COMPANY),
    Allow("incident:notify", Role.PIP_OFFICE, Relation.COMPANY),
    Allow("incident:contain", Role.PIP_OFFICE, Relation.COMPANY),
    Allow("incident:close", Role.PIPA, Relation.COMPANY),
    Allow("incident:reopen", Role.PIPA, Relation.COMPANY),
    *OPERATORS,
)
