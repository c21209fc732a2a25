"""Who may read what of the audit: the offices that supervise, and the line its own units."""

from typing import Final

from shared.events.hr import Role
from shared.organisation.access import Allow, Relation
from shared.organisation.operations import OPERATORS

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

ACCESS: Final = (
    *(Allow(READ, role, Relation.COMPANY) for role in _OFFICES),
    *(Allow(READ, role, Relation.UNIT) for role in _LINE),
    *(Allow(action, role, Relation.GROUP) for action in (READ_LOG, READ_REPLAY, REPLAY) for role in _OFFICES),
    *OPERATORS,
)
"""The log and replays are not divided by company: who holds an office reads all of them."""
