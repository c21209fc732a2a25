"""How units and companies hang together, as far as somebody asks: every question is noted by the context."""

from dataclasses import dataclass
from datetime import date

from services.audit.domain.context import Context
from services.audit.domain.succession import heirs
from shared.organisation.stretches import at


@dataclass(frozen=True, slots=True)
class AskedTree:
    """The organisation's tree, asked through a context."""

    context: Context

    def ancestors(self, unit: str, day: date) -> tuple[str, ...]:
        """From the top down to the unit itself."""
        line = [unit]
        while (parent := self._parent(line[-1], day)) is not None and parent not in line:
            line.append(parent)
        return tuple(reversed(line))

    def carriers(self, place: str) -> frozenset[str]:
        """The ids of `unit/<id>` or `company/<id>` and of whatever carries it on after mergers (F25)."""
        kind, _, name = place.partition("/")
        successor = self.context.successor_of_company if kind == "company" else self.context.successor_of_unit
        return frozenset({name, *(heir for _, heir in heirs(name, date.min, None, successor))})

    def _parent(self, unit: str, day: date) -> str | None:
        spell = at(self.context.unit(unit), day)
        return spell.parent_id if spell else None
