"""Who may do what in notifier, and where. A notice and a task are about the person they are for."""

from typing import Final

from shared.events.hr import Role
from shared.organisation.access import ANYONE, Allow, Relation, Seat
from shared.organisation.operations import OPERATORS

_SEES: Final[tuple[tuple[Seat, Relation], ...]] = (
    (ANYONE, Relation.SELF),
    (Role.PROMOTER, Relation.UNIT),
    (Role.DIV_MANAGER, Relation.UNIT),
    (Role.PIPA, Relation.COMPANY),
    (Role.PPOM, Relation.COMPANY),
    (Role.PIP_OFFICE, Relation.COMPANY),
    (Role.CHIEF_AUDITOR, Relation.COMPANY),
    (Role.AUDITOR, Relation.COMPANY),
    (Role.CISO_OFFICE, Relation.GROUP),
    (Role.INTERNAL_SYSTEM, Relation.GROUP),
)
ACCESS: Final = (
    *(Allow(f"{noun}:read", role, within) for noun in ("notification", "task") for role, within in _SEES),
    Allow("notification:acknowledge", ANYONE, Relation.SELF),
    *OPERATORS,
)
