"""What is wrong in the demo year on purpose. The run must find each, and who leaves one out must miss it."""

from enum import StrEnum
from typing import Final


class Plant(StrEnum):
    BAD_DIVISION = "bad-division"
    """A division does not inspect in time."""
    LATE_REPORT = "late-report"
    """The preliminary report of a leak of more than a thousand persons goes out days too late."""
    NUMBERS_ALONE = "numbers-alone"
    """Who is in charge of National ID numbers leaves, and nobody follows him."""
    LATE_SLIP = "late-slip"
    """A holding is entered ten weeks after it began."""
    DOUBLED = "doubled"
    """HR sends records twice."""
    LATE_LEAVING = "late-leaving"
    """HR tells in December that somebody left in September."""
    DISORDERED = "disordered"
    """HR tells of a transfer before the hire."""
    UNREADABLE = "unreadable"
    """HR sends half a record."""
    UNKNOWN = "unknown"
    """HR tells of somebody whom nobody ever hired."""


EVERYTHING: Final = frozenset(Plant)
