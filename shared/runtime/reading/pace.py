"""How long a feed rests between two batches. Pure."""

from typing import Final

LONGEST: Final = 0.25
"""Seconds: so much later, at most, does anybody see anything because many want something at once."""
FEW: Final = 20
"""So many records in a batch are no load either: later they would hardly be more."""
BURST: Final = 4
"""So many batches in a row are not yet a load."""
USUAL: Final = 0.05
"""Seconds of rest at most, until then."""


class Pace:
    """A few are hardly kept waiting; while many records keep coming, batches grow instead of their number."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def rest(self, taken: int, seconds: float) -> float:
        """Seconds of rest after a batch of so many records that took so long, and longer with each that follows it.

        After a batch of few it begins anew.
        """
        self._in_a_row = self._in_a_row + 1 if taken > FEW else 0
        if self._in_a_row <= BURST:
            return min(seconds, USUAL)
        return min(seconds * (self._in_a_row - BURST), LONGEST)
