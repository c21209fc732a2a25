"""Who may do what in ledger, and where. A slip is also about those who are in charge of it: `SELF`."""

from typing import Final

from shared.events.hr import Role
from shared.organisation.access import ANYONE, Allow, Relation, Seat
from shared.organisation.operations import OPERATORS

_SEES: Final[tuple[tuple[Seat, Relation], ...]] = (
    (ANYONE, Relation.SELF),
    (Role.PI_MANAGER, Relation.UNIT),
    (Role.PI_STAFF, Relation.UNIT),
    (Role.PROMOTER, Relation.UNIT),
    (Role.DIV_MANAGER, Relation.UNIT),
    (Role.LEGAL_MANAGER, Relation.COMPANY),
    (Role.PIPA, Relation.COMPANY),
    (Role.PPOM, Relation.COMPANY),
    (Role.CHIEF_AUDITOR, Relation.COMPANY),
    (Role.AUDITOR, Relation.COMPANY),
    (Role.PIP_OFFICE, Relation.COMPANY),
    (Role.CISO_OFFICE, Relation.GROUP),
    (Role.INTERNAL_SYSTEM, Relation.GROUP),
)
_WRITES: Final = (
    (Role.PI_MANAGER, Relation.UNIT),
    (Role.PROMOTER, Relation.UNIT),
    (Role.DIV_MANAGER, Relation.UNIT),
    (Role.INTERNAL_SYSTEM, Relation.GROUP),
)
ACCESS: Final = (
    *(Allow(f"{noun}:read", role, within) for noun in ("slip", "inspection") for role, within in _SEES),
    *(Allow(action, role, within) for action in ("slip:register", "slip:amend") for role, within in _WRITES),
    Allow("slip:prioritise", Role.PI_MANAGER, Relation.UNIT),
    Allow("slip:prioritise", Role.PPOM, Relation.COMPANY),
    Allow("slip:approve-lowering", Role.PPOM, Relation.COMPANY),
    Allow("slip:assign", Role.DIV_MANAGER, Relation.UNIT),
    Allow("slip:store", Role.DIV_MANAGER, Relation.UNIT),
    Allow("slip:store", Role.PI_MANAGER, Relation.UNIT),
    Allow("slip:transfer", Role.DIV_MANAGER, Relation.UNIT),
    Allow("slip:dispose", Role.PI_MANAGER, Relation.UNIT),
    Allow("slip:dispose", Role.DIV_MANAGER, Relation.UNIT),
    Allow("slip:approve-disposal", Role.DIV_MANAGER, Relation.UNIT),
    Allow("slip:withdraw", Role.PPOM, Relation.COMPANY),
    Allow("inspection:start", ANYONE, Relation.SELF),
    Allow("inspection:start", Role.PI_MANAGER, Relation.UNIT),
    Allow("inspection:start", Role.PROMOTER, Relation.UNIT),
    Allow("inspection:submit", ANYONE, Relation.SELF),
    Allow("inspection:submit", Role.PI_MANAGER, Relation.UNIT),
    Allow("inspection:approve-as-div-manager", Role.DIV_MANAGER, Relation.UNIT),
    Allow("inspection:approve-as-promoter", Role.PROMOTER, Relation.UNIT),
    Allow("inspection:return", Role.DIV_MANAGER, Relation.UNIT),
    Allow("inspection:return", Role.PROMOTER, Relation.UNIT),
    *OPERATORS,
)
