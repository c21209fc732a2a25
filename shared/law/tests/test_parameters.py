from datetime import date

import pytest

from shared.law.parameters import Threshold, count_at_most, days, report_only, share_at_least


def threshold(parameter: object) -> Threshold:
    value = getattr(parameter, "value", None)
    assert isinstance(value, Threshold)
    return value


ALL, NINETY = threshold(share_at_least("X", 100)), threshold(share_at_least("X", 90))
NONE, REPORT = threshold(count_at_most("X", 0)), threshold(report_only("X"))


@pytest.mark.parametrize(
    ("rule", "num", "den", "met"),
    [
        (ALL, 3, 3, True),
        (ALL, 999_999, 1_000_000, False),
        (NINETY, 9, 10, True),
        (NINETY, 899, 1000, False),
        (ALL, 0, 0, None),  # a share of nobody is not applicable, never 100 %
        (NONE, 0, 0, True),
        (NONE, 1, 0, False),
        (REPORT, 1, 1, None),
    ],
)
def test_a_threshold_is_met_exactly_at_its_bound(rule: Threshold, num: int, den: int, met: bool | None) -> None:
    assert rule.met(num, den) is met


def test_a_threshold_prints_as_in_a_report() -> None:
    assert [str(t) for t in (ALL, NINETY, NONE, REPORT)] == ["≥ 100 %", "≥ 90 %", "≤ 0", "report"]


def test_a_number_is_in_force_from_its_first_day_until_the_day_before_the_last() -> None:
    number = days("X", 30).between(date(2016, 4, 1), date(2022, 4, 1))
    assert not number.in_force(date(2016, 3, 31))
    assert number.in_force(date(2016, 4, 1))
    assert number.in_force(date(2022, 3, 31))
    assert not number.in_force(date(2022, 4, 1))


def test_a_number_without_days_is_in_force_for_ever() -> None:
    assert days("X", 30).always
    assert days("X", 30).in_force(date.min)
    assert not days("X", 30).between(date(2016, 4, 1)).always


def test_a_number_that_would_never_be_in_force_is_refused() -> None:
    with pytest.raises(ValueError, match="never"):
        days("X", 30).between(date(2016, 4, 1), date(2016, 4, 1))
