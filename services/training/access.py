"""Who may do what in training, and where."""

from typing import Final, TypeAlias

from shared.events.hr import Role
from shared.organisation.access import ANYONE, Allow, Relation, Seat
from shared.organisation.operations import OPERATORS

Seats: TypeAlias = tuple[tuple[Seat, Relation], ...]

_READERS: Final[Seats] = (
    (ANYONE, Relation.SELF),
    (Role.PROMOTER, Relation.UNIT),
    (Role.DIV_MANAGER, Relation.UNIT),
    (Role.PIPA, Relation.COMPANY),
    (Role.PPOM, Relation.COMPANY),
    (Role.CHIEF_AUDITOR, Relation.COMPANY),
    (Role.AUDITOR, Relation.COMPANY),
    (Role.PIP_OFFICE, Relation.COMPANY),
    (Role.CISO_OFFICE, Relation.GROUP),
    (Role.INTERNAL_SYSTEM, Relation.GROUP),
)
"""Who sees what is asked of people: the same for pledges, courses and handbooks."""
_PUBLIC: Final[Seats] = ((ANYONE, Relation.GROUP), (Role.INTERNAL_SYSTEM, Relation.GROUP))
_OFFICE: Final[Seats] = ((Role.PPOM, Relation.COMPANY), (Role.PIP_OFFICE, Relation.COMPANY))
_HIMSELF: Final[Seats] = ((ANYONE, Relation.SELF),)
_PLATFORM: Final[Seats] = ((Role.INTERNAL_SYSTEM, Relation.GROUP),)

_TABLE: Final[dict[str, Seats]] = {
    "pledge:read": _READERS,
    "pledge:sign": _HIMSELF,
    "pledge:decline": _HIMSELF,
    "assignment:read": _READERS,
    "assignment:grade": _PLATFORM,
    "handbook:read": _READERS,
    "handbook:acknowledge": _HIMSELF,
    "pledge-campaign:read": _PUBLIC,
    "pledge-campaign:plan": _OFFICE,
    "training-campaign:read": _PUBLIC,
    "training-campaign:plan": _OFFICE,
    "course:read": _PUBLIC,
    "course:publish": _OFFICE,
    "rule-document:read": _PUBLIC,
    "rule-document:publish": _OFFICE,
}
"""Nobody reports his own score: only the learning platform does."""

ACCESS: Final = (
    *(Allow(action, role, within) for action, seats in _TABLE.items() for role, within in seats),
    *OPERATORS,
)
