"""Which twelve digits of a run of groups are a number of their own, not a piece of something else or another notation.

1234-5678-9012 inside 090-1234-5678-9012 is a piece; after a year and a blank it is a number of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.law.digit_groups import Group, Joint
from shared.law.look_alikes import is_corporate_number, is_date_or_phone, is_years

_LENGTH: Final = 12
_TELLING: Final = (
    4  # groups of so many digits are recognised in a row of blanks, shorter ones only if the row ends there
)


def candidates(run: Sequence[Group]) -> Iterator["Candidate"]:
    """Every stretch of whole groups that together hold twelve digits and may stand alone, judged by its edges."""
    first = held = dotted = blank = 0
    for last, group in enumerate(run):
        held += len(group.digits)
        dotted = last if group.joint is Joint.DOT else dotted
        blank = last if group.joint is Joint.BLANK else blank
        while held > _LENGTH:
            held -= len(run[first].digits)
            first += 1
        if held == _LENGTH:
            inner = Joint.BLANK if blank > first else Joint.DOT if dotted > first else Joint.HYPHEN
            if first == last or _may_stand_alone(run, first, last, inner):
                yield Candidate(run, first, last + 1)


def _may_stand_alone(run: Sequence[Group], first: int, last: int, inner: Joint) -> bool:
    """Judged by its edges and `inner`, its loosest joint: a look inside every stretch of a long text costs too much."""
    outer = min(run[first].joint, run[last + 1].joint) if last + 1 < len(run) else run[first].joint
    if outer > inner:
        return True
    size = len(run[first].digits)
    if outer < Joint.BLANK or size * (last + 1 - first) != _LENGTH:
        return False
    return size >= _TELLING or not _continues(run, first, last, size)


def _continues(run: Sequence[Group], first: int, last: int, size: int) -> bool:
    """Whether a neighbour is of the same size."""
    return (first > 0 and len(run[first - 1].digits) == size) or (
        last + 1 < len(run) and len(run[last + 1].digits) == size
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    run: Sequence[Group]
    first: int
    end: int

    @property
    def groups(self) -> Sequence[Group]:
        return self.run[self.first : self.end]

    @property
    def digits(self) -> str:
        return "".join([group.digits for group in self.groups])

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
