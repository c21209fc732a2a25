from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.law.fiscal_year import FiscalYear, fiscal_year_labelled, fiscal_year_of

FY2017 = FiscalYear(date(2016, 4, 1), date(2017, 3, 31))


def test_fiscal_2017_is_april_2016_to_march_2017_and_carries_both_labels() -> None:
    assert (FY2017.label, FY2017.label_ja) == ("FY2017", "2016年度")
    assert str(FY2017) == "FY2017 (2016年度 2016-04-01..2017-03-31)"


@pytest.mark.parametrize("label", ["FY2017", "2016年度"])
def test_either_label_names_it(label: str) -> None:
    assert fiscal_year_labelled(label) == FY2017


@pytest.mark.parametrize("label", ["2017", "FY17", "fy2017", "2017FY", "FY2017 ", "2016年", "FY２０１７", ""])
def test_anything_else_is_refused_because_it_could_mean_either_year(label: str) -> None:
    with pytest.raises(ValueError, match="no fiscal year"):
        fiscal_year_labelled(label)


@pytest.mark.parametrize(
    ("day", "label"),
    [("2016-03-31", "FY2016"), ("2016-04-01", "FY2017"), ("2017-03-31", "FY2017"), ("2017-04-01", "FY2018")],
)
def test_the_year_turns_between_31_march_and_1_april(day: str, label: str) -> None:
    assert fiscal_year_of(date.fromisoformat(day)).label == label


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_every_day_is_in_its_year_and_in_no_neighbour(day: date) -> None:
    year = fiscal_year_of(day)
    assert day in year
    assert day not in year.previous
    assert day not in year.following
    assert year.previous.following == year
    assert fiscal_year_labelled(year.label) == fiscal_year_labelled(year.label_ja) == year


def test_both_its_edges_belong_to_it() -> None:
    assert date(2016, 4, 1) in FY2017
    assert date(2017, 3, 31) in FY2017
    assert date(2016, 3, 31) not in FY2017
    assert date(2017, 4, 1) not in FY2017


def test_years_sort_by_time() -> None:
    assert FY2017.previous < FY2017 < FY2017.following


def test_its_quarters_end_in_june_september_december_and_march() -> None:
    assert [str(day) for day in FY2017.quarter_ends] == ["2016-06-30", "2016-09-30", "2016-12-31", "2017-03-31"]


@pytest.mark.parametrize(
    ("start", "end"),
    [("2016-01-01", "2016-12-31"), ("2016-04-01", "2018-03-31"), ("2016-04-01", "2017-03-30")],
)
def test_other_periods_are_no_fiscal_years(start: str, end: str) -> None:
    with pytest.raises(ValueError, match="1 April"):
        FiscalYear(date.fromisoformat(start), date.fromisoformat(end))
