"""Who may do what in training, and where."""

from typing import Final

from shared.events.hr import Role
from shared.organisation.access import ANYONE, Allow, Relation
from shared.organisation.operations import OPERATORS

ACCESS: Final = (
    Allow("pledge:read", ANYONE, Relation.SELF),
    Allow("pledge:sign", ANYONE, Relation.SELF),
    Allow("pledge:decline", ANYONE, Relation.SELF),
    Allow("pledge:read", Role.PROMOTER, Relation.UNIT),
    Allow("pledge:read", Role.DIV_MANAGER, Relation.UNIT),
    Allow("pledge:read", Role.PIPA, Relation.COMPANY),
    Allow("pledge:read", Role.PPOM, Relation.COMPANY),
    Allow("pledge:read", Role.CHIEF_AUDITOR, Relation.COMPANY),
    Allow("pledge:read", Role.AUDITOR, Relation.COMPANY),
    Allow("pledge:read", Role.PIP_OFFICE, Relation.COMPANY),
    Allow("pledge:read", Role.CISO_OFFICE, Relation.GROUP),
    Allow("pledge:read", Role.INTERNAL_SYSTEM, Relation.GROUP),
    Allow("pledge-campaign:read", ANYONE, Relation.GROUP),
    Allow("pledge-campaign:read", Role.INTERNAL_SYSTEM, Relation.GROUP),
    Allow("pledge-campaign:plan", Role.PPOM, Relation.COMPANY),
    Allow("pledge-campaign:plan", Role.PIP_OFFICE, Relation.COMPANY),
    *OPERATORS,
)
