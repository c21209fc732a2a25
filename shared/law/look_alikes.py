"""Twelve digits in groups that are something else: telephone numbers, dates, corporate numbers, years."""

import re
from collections.abc import Sequence
from typing import Final

from shared.law.digit_groups import Group

_DATE: Final = re.compile(r"(?:^|.*-)(?:19|20)\d\d-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])(?:-|$)")
_COMPACT_TIME: Final = re.compile(r"20[0-3]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-(?:[01]\d|2[0-3])-?[0-5]\d$")
_DOMESTIC_PHONE: Final = re.compile(r"(?=(?:\d-?){10,11}(?:-|$))0\d{1,4}-\d{1,4}-\d{4}(?:-|$)")
_JAPAN_ABROAD: Final = re.compile(r"81-[1-9]\d?-\d{3,4}-\d{4}$")


def is_date_or_phone(groups: Sequence[Group]) -> bool:
    """Of groups of unequal lengths: they contain a date, or begin with a telephone number."""
    written = "-".join(group.digits for group in groups)
    return any(form.match(written) for form in (_DATE, _COMPACT_TIME, _DOMESTIC_PHONE, _JAPAN_ABROAD))


def is_years(groups: Sequence[Group]) -> bool:
    return all("1950" <= group.digits <= "2050" and len(group.digits) == 4 for group in groups)


def is_corporate_number(digits: str) -> bool:
    """法人番号: thirteen digits, the first checks the other twelve (weights 1 and 2 from the right, modulo 9)."""
    if len(digits) != 13:
        return False
    weighted = sum(int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits[1:])))
    return int(digits[0]) == 9 - weighted % 9
