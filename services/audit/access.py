"""Who may read what of the audit: the offices that supervise, and the line its own units."""

from typing import Final

from shared.events.hr import Role
from shared.organisation.access import Allow, Relation

READ: Final = "compliance:read"
READ_LOG: Final = "event:read"
READ_REPLAY: Final = "replay:read"
REPLAY: Final = "replay:start"

_OFFICES: Final = (
    Role.AUDITOR,
    Role.CHIEF_AUDITOR,
    Role.PIPA,
    Role.PPOM,
    Role.PIP_OFFICE,
    Role.CISO_OFFICE,
    Role.INTERNAL_SYSTEM,
)
_LINE: Final = (Role.DIV_MANAGER, Role.PROMOTER)

TABLE: Final = (
    *(Allow(action, role, Relation.COMPANY) for action in (READ, READ_LOG, READ_REPLAY, REPLAY) for role in _OFFICES),
    *(Allow(READ, role, Relation.UNIT) for role in _LINE),
)
"""The log and replays show the whole group, so they ask for an office that is held for the group."""
