"""Chance that repeats: the same seed gives the same year, on any machine and in any process."""

from datetime import date, datetime, time
from random import Random
from typing import Final
from uuid import UUID, uuid5

from shared.runtime.clock import JAPAN

_NAMESPACE: Final = UUID("6d0f7f1c-6a55-5c1e-9d0e-2f4b8a1c9e77")
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS: Final = 30
_STRIDE: Final = 0x2545F491
"""Odd, so that stepping by it visits every one of the 2^30 ids once."""


def chance(seed: int, name: str) -> Random:
    """A source of chance of its own for each purpose: a change to one leaves the others as they were."""
    return Random(f"{seed}/{name}")


def event_id(seed: int, name: str) -> str:
    """The envelope's id of what `name` describes."""
    return str(uuid5(_NAMESPACE, f"{seed}/{name}"))


def opaque_id(seed: int, number: int) -> str:
    """A person's id: six characters that say nothing, and no two numbers share one."""
    scrambled = (number * _STRIDE + seed * 7919 + 104_729) % (1 << _BITS)
    return "P" + "".join(_ALPHABET[(scrambled >> shift) & 31] for shift in range(_BITS - 5, -1, -5))


def japan(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """An instant on the clock of an office in Japan."""
    return datetime.combine(day, time(hour, minute), JAPAN)
