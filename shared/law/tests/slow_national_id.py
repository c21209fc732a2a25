"""The detector as it was first written, plainer and ten times slower: every answer of the fast one is one of this.

It looks at every stretch of twelve digits from all sides, and knows no shortcut.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.law.digit_groups import Group, Joint
from shared.law.look_alikes import is_corporate_number, is_date_or_phone, is_years

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
_TELLING: Final = (
    4  # groups of so many digits are recognised in a row of blanks, shorter ones only if the row ends there
)


def numbers_of_their_own(run: Sequence[Group]) -> Iterator[Sequence[Group]]:
    for first, end in _twelves(run):
        candidate = _Candidate(run, first, end)
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


@dataclass(frozen=True, slots=True)
class _Candidate:
    run: Sequence[Group]
    first: int
    end: int

    @property
    def groups(self) -> Sequence[Group]:
        return self.run[self.first : self.end]

    @property
    def stands_alone(self) -> bool:
        head = self.run[self.first]
        if self.end - self.first == 1:
            return not (head.after_plus or self._is_fraction)
        if len(head.digits) * (self.end - self.first) == _LENGTH and self._is_even:
            return self._is_parted or self._is_in_a_row_of_blanks
        return self._is_parted and not (head.after_plus or self._has_dots or is_date_or_phone(self.groups))

    @property
    def _before(self) -> Group | None:
        """The group it is joined to on the left."""
        return self.run[self.first - 1] if self.first else None

    @property
    def _after(self) -> Group | None:
        return self.run[self.end] if self.end < len(self.run) else None

    @property
    def _outer(self) -> Joint:
        """The tighter of the two joints to its neighbours."""
        return min(self.run[self.first].joint, self._after.joint if self._after else Joint.APART)

    @property
    def _is_even(self) -> bool:
        return len({len(group.digits) for group in self.groups}) == 1

    @property
    def _is_parted(self) -> bool:
        """Its groups hang together more tightly than it hangs on its neighbours."""
        return self._outer > max(group.joint for group in self.groups[1:]) and not is_years(self.groups)

    @property
    def _has_dots(self) -> bool:
        return any(group.joint is Joint.DOT for group in self.groups[1:])

    @property
    def _is_fraction(self) -> bool:
        """The decimals of a number below one."""
        return self.run[self.first].joint is Joint.DOT and self._before is not None and self._before.digits == "0"

    @property
    def _is_in_a_row_of_blanks(self) -> bool:
        """1234 5678 9012 with other numbers before or after, as in a table, a sentence or a payment card."""
        if self._outer < Joint.BLANK:
            return False
        size = len(self.run[self.first].digits)
        if size < _TELLING:
            return not any(group and len(group.digits) == size for group in (self._before, self._after))
        return not (is_years(self.groups) or self._ends_a_corporate_number)

    @property
    def _ends_a_corporate_number(self) -> bool:
        first = self._before.digits if self._before else ""
        return is_corporate_number(first + "".join(group.digits for group in self.groups))
