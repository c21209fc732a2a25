import pickle
from datetime import date

import pytest

from shared.law.parameters import Parameter, count, days, months
from shared.law.rule_pack import (
    STANDARD,
    DateNeeded,
    NotInForce,
    RulePack,
    UnknownParameter,
    UnknownRulePack,
    rule_pack,
)

OTHER_IDS = {"C06b", "C18a", "C18b", "C27b", "C28a", "C28b"}
RULES = {f"C{n:02d}" for n in range(1, 35)} - {"C18", "C28"} | OTHER_IDS
EARLY, LATE = date(2016, 4, 1), date(2017, 4, 1)


def pack(*parameters: Parameter) -> RulePack:
    return RulePack("test", "jp-2026-11", parameters)


def test_the_standard_pack_is_the_default() -> None:
    assert rule_pack() is rule_pack("standard-1") is STANDARD


def test_every_rule_has_a_threshold_and_no_threshold_lacks_a_rule() -> None:
    assert {p.key.removesuffix(".threshold") for p in STANDARD.parameters if p.key.endswith("threshold")} == RULES


def test_the_numbers_the_organisation_fixed_itself() -> None:
    assert STANDARD.months("C01.interval") == 12
    assert STANDARD.months("C02.interval") == 6
    assert STANDARD.count("C06.sessions") == 4
    assert (STANDARD.count("C03.persons"), STANDARD.count("C06b.sessions"), STANDARD.percent("C08.completion")) == (
        1, 1, 95
    )  # fmt: skip
    assert STANDARD.text("C01.mode") == "rolling"


LESS: dict[str, str] = {"C06b": "≥ 90 %", "C20": "≥ 95 %", "C23": "≤ 0", "C24": "≤ 0"}
REPORTED = {"C18b", "C26", "C27", "C29", "C31"}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_asks_for_all_that_counts_but_for_a_few(rule: str) -> None:
    assert str(STANDARD.threshold(rule)) == ("report" if rule in REPORTED else LESS.get(rule, "≥ 100 %"))


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("C02.notice", 30), ("C04.grace", 30), ("C07.within", 30), ("C08.within", 60), ("C09.grace", 30),
        ("C17.approval", 30), ("C19.vacancy", 30), ("C25.due", 14), ("C26.evaluation", 60), ("C30.within", 30),
        ("C01.lead", 30), ("C05.grace", 30), ("C10.grace", 30), ("C12.lead", 30), ("C14.lead", 30), ("C28a.lead", 30),
        ("C20.within", 0), ("C27b.reminder", 14), ("custodian.vacancy_reminder", 14), ("entry.backdated_after", 30),
    ],
)  # fmt: skip
def test_the_days_that_were_decided(key: str, number: int) -> None:
    assert STANDARD.days(key) == number


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("C11.validity", 12), ("C14.validity", 12), ("C28a.review", 12), ("C28b.review", 12), ("C27b.opens", 8),
        ("C27b.closes", 4), ("provision.retention", 36), ("provision.retention_by_contract", 12),
    ],
)  # fmt: skip
def test_the_months_that_were_decided(key: str, number: int) -> None:
    assert STANDARD.months(key) == number


def test_an_emergency_inspection_does_not_reset_the_regular_cycle() -> None:
    assert STANDARD.flag("C25.resets_regular_cycle") is False


def test_what_if_there_were_no_six_month_rule_changes_that_and_nothing_else() -> None:
    changed = set(rule_pack("yearly-only").parameters) ^ set(STANDARD.parameters)
    assert changed == {months("C02.interval", 6), months("C02.interval", 12)}


def test_the_fiscal_reading_of_once_a_year_is_a_pack() -> None:
    fiscal = rule_pack("fiscal-year")
    assert (fiscal.text("C01.mode"), fiscal.text("C02.mode")) == ("fiscal", "fiscal")


def test_an_unknown_pack_is_refused_naming_those_that_exist() -> None:
    with pytest.raises(UnknownRulePack) as refusal:
        rule_pack("standard-0")
    assert "standard-1" in str(refusal.value)
    assert "yearly-only" in str(refusal.value)
    assert str(refusal.value).startswith("no rule pack 'standard-0'")
    assert isinstance(refusal.value, KeyError)


def test_an_unknown_number_is_refused() -> None:
    with pytest.raises(UnknownParameter, match=r"C99\.interval"):
        STANDARD.months("C99.interval")


def test_a_number_is_not_given_in_another_unit() -> None:
    with pytest.raises(UnknownParameter, match="in months, not in days"):
        STANDARD.days("C01.interval")


def test_a_value_that_changed_is_given_for_the_day_that_is_judged() -> None:
    dated = pack(days("X", 30).between(None, LATE), days("X", 14).between(LATE))
    assert dated.days("X", on=date(2017, 3, 31)) == 30
    assert dated.days("X", on=LATE) == 14


def test_a_value_that_changed_is_not_given_without_a_day() -> None:
    with pytest.raises(DateNeeded):
        pack(days("X", 30).between(None, LATE), days("X", 14).between(LATE)).days("X")


def test_a_value_that_began_is_not_given_for_the_time_before() -> None:
    dated = pack(days("X", 30).between(EARLY))
    assert not dated.has("X", date(2016, 3, 31))
    assert dated.has("X", EARLY)
    with pytest.raises(NotInForce):
        dated.days("X", on=date(2016, 3, 31))


@pytest.mark.parametrize(
    "contradiction",
    [
        (days("X", 30), days("X", 14)),
        (days("X", 30), days("X", 14).between(LATE)),
        (days("X", 30).between(EARLY, LATE), days("X", 14).between(date(2017, 3, 31))),
        (days("X", 30).between(None, LATE), months("X", 1).between(LATE)),
    ],
)
def test_a_pack_that_contradicts_itself_cannot_be_made(contradiction: tuple[Parameter, ...]) -> None:
    with pytest.raises(ValueError, match="X"):
        pack(*contradiction)


def test_a_what_if_cannot_change_a_number_that_does_not_exist() -> None:
    with pytest.raises(UnknownParameter, match=r"C02\.intervall"):
        STANDARD.but("typo", months("C02.intervall", 12))


def test_a_pack_travels_to_another_process() -> None:
    travelled = pickle.loads(pickle.dumps(STANDARD))  # noqa: S301 - our own bytes
    assert travelled == STANDARD
    assert travelled.months("C01.interval") == 12


def test_the_digest_tells_packs_apart_and_does_not_depend_on_the_order_of_numbers() -> None:
    one, two = days("X", 30), count("Y", 1)
    assert pack(one, two).digest == pack(two, one).digest
    assert len({pack(one, two).digest, pack(one).digest, pack(days("X", 31), two).digest, STANDARD.digest}) == 4


def test_a_pack_names_its_calendar() -> None:
    assert STANDARD.calendar.version == STANDARD.calendar_version
