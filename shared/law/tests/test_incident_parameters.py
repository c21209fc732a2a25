from datetime import date

import pytest

from shared.law.rule_pack import STANDARD, NotInForce, rule_pack

LAST_DAY_BEFORE, FIRST_DAY = date(2022, 3, 31), date(2022, 4, 1)


@pytest.mark.parametrize("regime", ["APPI26_PRELIM", "APPI26_FINAL", "MN_PRELIM", "MN_FINAL", "PMARK_FINAL"])
def test_reports_are_mandatory_from_april_2022(regime: str) -> None:
    assert not STANDARD.has(f"{regime}.due", LAST_DAY_BEFORE)
    assert STANDARD.has(f"{regime}.due", FIRST_DAY)


def test_the_house_rules_hold_from_april_2016_until_the_law_takes_over() -> None:
    key = "MINISTRY_PRE2022.due"
    days = [date(2016, 3, 31), date(2016, 4, 1), LAST_DAY_BEFORE, FIRST_DAY]
    assert [STANDARD.has(key, day) for day in days] == [False, True, True, False]


def test_the_house_had_adopted_the_numbers_of_the_law_before_it_came() -> None:
    assert STANDARD.flag("MINISTRY_PRE2022.rolls", on=LAST_DAY_BEFORE) is True
    assert STANDARD.count("HOUSE-4.more_than", on=LAST_DAY_BEFORE) == 1000


def test_an_incident_of_2016_finds_no_law_of_2022() -> None:
    with pytest.raises(NotInForce):
        STANDARD.days("APPI26_FINAL.due", on=date(2016, 10, 1))


@pytest.mark.parametrize(
    ("regime", "due", "improper", "rolls"),
    [("APPI26_FINAL", 30, 60, True), ("MN_FINAL", 30, 60, True), ("PMARK_FINAL", 30, 60, False)],
)
def test_final_reports_have_30_days_or_60(regime: str, due: int, improper: int, rolls: bool) -> None:
    assert STANDARD.days(f"{regime}.due", on=FIRST_DAY) == due
    assert STANDARD.days(f"{regime}.due_improper", on=FIRST_DAY) == improper
    assert STANDARD.flag(f"{regime}.rolls", on=FIRST_DAY) is rolls


@pytest.mark.parametrize("regime", ["APPI26_PRELIM", "MN_PRELIM", "PMARK_PRELIM", "CONSIGNOR_NOTICE"])
def test_preliminary_reports_are_warned_on_day_3_and_due_on_day_5_without_rolling(regime: str) -> None:
    assert STANDARD.days(f"{regime}.soft_due", on=FIRST_DAY) == 3
    assert STANDARD.days(f"{regime}.due", on=FIRST_DAY) == 5
    assert STANDARD.flag(f"{regime}.rolls", on=FIRST_DAY) is False


@pytest.mark.parametrize(("category", "persons"), [("APPI-4", 1000), ("MN-4", 100)])
def test_head_counts_must_be_exceeded(category: str, persons: int) -> None:
    assert STANDARD.count(f"{category}.more_than", on=FIRST_DAY) == persons


def test_the_head_count_of_my_number_incidents_did_not_change_in_2022() -> None:
    assert STANDARD.count("MN-4.more_than", on=LAST_DAY_BEFORE) == 100
    assert not STANDARD.has("MN-4.more_than", date(2015, 12, 31))
    assert STANDARD.has("MN-4.more_than", date(2016, 1, 1))


def test_data_still_being_acquired_count_from_april_2024() -> None:
    key = "APPI-3.includes_data_being_acquired"
    assert not STANDARD.flag(key, on=date(2024, 3, 31))
    assert STANDARD.flag(key, on=date(2024, 4, 1))


def test_gdpr_gives_72_hours_since_may_2018() -> None:
    assert STANDARD.hours("GDPR33.due", on=date(2018, 5, 25)) == 72
    assert not STANDARD.has("GDPR33.due", date(2018, 5, 24))


@pytest.mark.parametrize(
    "name", ["house-2016", "appi-2022", "my-number-2016", "my-number-2022", "pmark-2022", "gdpr-2018"]
)
def test_each_body_of_rules_is_a_pack_of_its_own_that_agrees_with_the_standard_one(name: str) -> None:
    assert set(rule_pack(name).parameters) <= set(STANDARD.parameters)
