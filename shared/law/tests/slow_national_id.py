"""The detector as it was first written, plainer and ten times slower: every answer of the fast one is one of this.

It looks at every stretch of twelve digits from all sides, and knows no shortcut. What a stretch is judged by is the
same for both.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from shared.law.digit_groups import Group, Joint
from shared.law.twelve_digits import Candidate

_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def contains(text: str) -> bool:
    return bool(places(unicodedata.normalize("NFKC", text)))


def places(folded: str) -> list[tuple[int, int]]:
    """Where the strings like an individual number begin and end."""
    found = [groups for run in digit_runs(folded) for groups in numbers_of_their_own(run)]
    return [(groups[0].begins, groups[-1].ends) for groups in found if _checks("".join(each.digits for each in groups))]


def _checks(digits: str) -> bool:
    remainder = sum(int(digit) * weight for digit, weight in zip(digits[:-1], _WEIGHTS, strict=True)) % 11
    return int(digits[-1]) == (0 if remainder <= 1 else 11 - remainder)


# What stays of hyphens and dots after NFKC; the long vowel mark and the kanji for one are common slips for a hyphen.
_HYPHENS: Final = (
    r"\-~ー一\u02d7\u058a\u05be\u1806\u2010-\u2015\u2043\u2053\u2212\u2500\u2501\u2796\u2e3a\u2e3b\u301c\u3030\u3161"
)
_DOTS: Final = r".\u00b7\u02d9\u06d4\u2022\u2027\u2219\u22c5\u25cf\u25e6\u2e31\u2e33\u30fb"
_BLANKS: Final = r"\s。\u2800\u115f\u1160"  # a full stop ends a sentence, so it parts like a blank
# Format characters, variation selectors, combining marks, keycaps, tags and control characters that are no blanks.
_UNSEEN: Final = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u0300-\u036f\u061c\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20f0\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef"
)
_WIDEST_GAP: Final = 3
_SHORTEST: Final = 12

# UUIDs and digests in hexadecimal: long words whose digits mean nothing.
_MACHINE_IDS: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,})(?![0-9A-Za-z])", re.IGNORECASE
)
_RUN: Final = re.compile(rf"\d[\d{_HYPHENS}{_DOTS}{_BLANKS}{_UNSEEN}]{{{_SHORTEST - 1},}}")
_GROUP: Final = re.compile(rf"\d(?:[{_UNSEEN}]*\d)*")
_UNSEEN_IN_GAP: Final = re.compile(rf"[{_UNSEEN}]+")
_BLANK: Final = re.compile(rf"[{_BLANKS}]")
_DOT: Final = re.compile(rf"[{_DOTS}]")


def digit_runs(text: str) -> Iterator[list[Group]]:
    """Stretches of joined groups that together hold enough digits; the first group of each is APART."""
    if _RUN.search(text) is None:
        return
    for match in _RUN.finditer(_MACHINE_IDS.sub(lambda word: "x" * len(word[0]), text)):
        run: list[Group] = []
        for group in _groups(text, match.start(), match.end()):
            if group.joint is Joint.APART:
                yield run
                run = []
            run.append(group)
        yield run


def _groups(text: str, begins: int, ends: int) -> Iterator[Group]:
    last = None
    for match in _GROUP.finditer(text, begins, ends):
        joint = Joint.APART if last is None else _joint(text[last : match.start()])
        last = match.end()
        yield Group(
            _UNSEEN_IN_GAP.sub("", match[0]), match.start(), match.end(), joint, text.startswith("+", match.start() - 1)
        )


def _joint(gap: str) -> Joint:
    seen = _UNSEEN_IN_GAP.sub("", gap)
    if len(seen) > _WIDEST_GAP:
        return Joint.APART
    if _BLANK.search(seen):
        return Joint.BLANK
    return Joint.DOT if _DOT.search(seen) else Joint.HYPHEN


_LENGTH: Final = 12


def numbers_of_their_own(run: Sequence[Group]) -> Iterator[Sequence[Group]]:
    for first, end in _twelves(run):
        candidate = Candidate(run, first, end)
        if candidate.stands_alone:
            yield candidate.groups


def _twelves(run: Sequence[Group]) -> Iterator[tuple[int, int]]:
    """Every stretch of whole groups that together hold twelve digits."""
    first = held = 0
    for last, group in enumerate(run):
        held += len(group.digits)
        while held > _LENGTH:
            held -= len(run[first].digits)
            first += 1
        if held == _LENGTH:
            yield first, last + 1
