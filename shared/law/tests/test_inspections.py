from datetime import date, timedelta

import pytest

from shared.law.inspections import inspection_due, inspection_due_while_high
from shared.law.parameters import days, months
from shared.law.rule_pack import STANDARD, rule_pack

MAY_10, NOVEMBER_10 = date(2016, 5, 10), date(2016, 11, 10)
DAY = timedelta(days=1)


def test_a_slip_is_inspected_twelve_months_after_the_basis() -> None:
    assert inspection_due(MAY_10, STANDARD) == date(2017, 5, 10)
    assert inspection_due(date(2016, 2, 29), STANDARD) == date(2017, 2, 28)


@pytest.mark.parametrize("raised", [date(2015, 1, 1), MAY_10 - DAY, MAY_10])
def test_of_high_priority_from_the_basis_on_it_is_inspected_after_six(raised: date) -> None:
    assert inspection_due_while_high(MAY_10, raised, STANDARD) == NOVEMBER_10


@pytest.mark.parametrize(
    ("raised", "due"),
    [
        (MAY_10 + DAY, NOVEMBER_10),
        (date(2016, 10, 10), NOVEMBER_10),
        (date(2016, 10, 11), NOVEMBER_10),
        (date(2016, 10, 12), NOVEMBER_10 + DAY),
        (date(2017, 4, 9), date(2017, 5, 9)),
        (date(2017, 4, 10), date(2017, 5, 10)),
        (date(2017, 4, 11), date(2017, 5, 10)),
    ],
)
def test_a_priority_raised_in_the_cycle_leaves_the_notice_and_is_never_later_than_before(
    raised: date, due: date
) -> None:
    assert inspection_due_while_high(MAY_10, raised, STANDARD) == due


def test_months_and_notice_are_the_rule_packs() -> None:
    other = STANDARD.but("other", months("C01.interval", 24), months("C02.interval", 3), days("C02.notice", 10))
    assert inspection_due(MAY_10, other) == date(2018, 5, 10)
    assert inspection_due_while_high(MAY_10, MAY_10, other) == date(2016, 8, 10)
    assert inspection_due_while_high(MAY_10, date(2017, 1, 1), other) == date(2017, 1, 11)


def test_where_high_priority_is_inspected_yearly_too_no_notice_puts_it_off() -> None:
    assert inspection_due_while_high(MAY_10, date(2017, 5, 1), rule_pack("yearly-only")) == date(2017, 5, 10)


def test_from_the_basis_on_the_notice_puts_nothing_off() -> None:
    long = STANDARD.but("long", days("C02.notice", 300))
    assert inspection_due_while_high(MAY_10, MAY_10, long) == NOVEMBER_10
    assert inspection_due_while_high(MAY_10, MAY_10 + DAY, long) == date(2017, 3, 7)
