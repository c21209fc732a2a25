"""Digits as people write them: in groups joined by hyphens, dots or blanks of all sorts, with unseen characters inside.

Works on text folded by NFKC, in time linear in its length.
"""

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

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


class Joint(IntEnum):
    """What stands before a group, from the tightest to the loosest."""

    HYPHEN = 0
    DOT = 1
    BLANK = 2
    APART = 3


class Group(NamedTuple):
    """Digits with nothing visible between them, at `begins` to `ends` of the folded text."""

    digits: str
    begins: int
    ends: int
    joint: Joint
    after_plus: bool


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
        (start, end), digits = match.span(), match[0]
        joint = Joint.APART if last is None else _joint(text[last:start])
        last = end
        yield Group(
            digits if digits.isdecimal() else _UNSEEN_IN_GAP.sub("", digits), start, end, joint, text[start - 1] == "+"
        )


def _joint(gap: str) -> Joint:
    return _joint_of_short_gap(gap) if len(gap) <= _WIDEST_GAP else _joint_of_gap(gap)


def _joint_of_gap(gap: str) -> Joint:
    seen = _UNSEEN_IN_GAP.sub("", gap)
    if len(seen) > _WIDEST_GAP:
        return Joint.APART
    if _BLANK.search(seen):
        return Joint.BLANK
    return Joint.DOT if _DOT.search(seen) else Joint.HYPHEN


_joint_of_short_gap: Final = lru_cache(maxsize=1024)(_joint_of_gap)
