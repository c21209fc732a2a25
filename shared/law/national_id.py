"""Detector of strings like a Japanese individual number (個人番号, My Number), which must never enter the system.

Twelve digits of which the last checks the others (Ministerial Ordinance 85 of 2014, Art. 5), however they are written:
full-width, in groups, with characters nobody sees between. One in eleven other twelve-digit numbers looks the same, so
whoever asks may let a person override with a reason. When in doubt the detector refuses.
"""

import unicodedata
from collections.abc import Iterator
from operator import mul
from typing import Final

from shared.law.digit_groups import digit_runs
from shared.law.twelve_digits import candidates

REDACTED: Final = "[number removed]"
_LENGTH: Final = 12
_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_DIGITS: Final = "0123456789"


def check_digit(eleven: str) -> int:
    """The twelfth digit of an individual number."""
    remainder = sum(map(mul, map(int, eleven), _WEIGHTS)) % 11
    return 0 if remainder <= 1 else 11 - remainder


def contains_national_id(text: str) -> bool:
    """Whether the text holds a string like an individual number, in whatever disguise."""
    if text.isascii() and sum(map(text.count, _DIGITS)) < _LENGTH:
        return False
    return next(_found(unicodedata.normalize("NFKC", text)), None) is not None


def redact(text: str) -> str:
    """The text with each string like an individual number replaced; the text itself where there is none."""
    if not contains_national_id(text):
        return text
    while (redacted := _redact_once(text)) != text:  # what is left of a list of numbers may stand alone now
        text = redacted
    return text


def _redact_once(text: str) -> str:
    folded = [unicodedata.normalize("NFKC", character) for character in text]
    origin = [index for index, characters in enumerate(folded) for _ in characters]
    kept: list[str] = []
    after = 0
    for begins, ends in _found("".join(folded)):
        if not kept or origin[begins] >= after:
            kept += [text[after : origin[begins]], REDACTED]
        after = origin[ends - 1] + 1
    return "".join([*kept, text[after:]])


def _found(folded: str) -> Iterator[tuple[int, int]]:
    """Where the strings begin and end, in order; they may overlap."""
    for run in digit_runs(folded):
        for candidate in candidates(run):
            digits = candidate.digits
            if int(digits[-1]) == check_digit(digits[:-1]) and candidate.stands_alone:
                yield candidate.groups[0].begins, candidate.groups[-1].ends
