"""C01, C02 and C03 on the edges: the due day, the day before, the day after."""

from datetime import date

import pytest

from services.audit.domain.answers import answers
from services.audit.domain.context import Surroundings
from services.audit.domain.fold import fold
from services.audit.domain.history import as_known_at, history_of
from services.audit.domain.readings import Period, tally
from services.audit.tests.ledger_story import Ledger
from services.audit.tests.story import DAY, Story, histories, judged, status_of
from shared.events.hr import PersonKind
from shared.events.ledger import InspectionKind, Priority
from shared.law.parameters import months
from shared.law.rule_pack import STANDARD, RulePack, rule_pack

MAY_10 = date(2016, 5, 10)
NEXT = date(2017, 5, 10)
MARCH_31 = date(2017, 3, 31)
YEAR = Period(date(2016, 4, 1), MARCH_31, whole=True)
SLIP = "slip/S1"


@pytest.fixture
def ledger() -> Ledger:
    """A slip of normal priority, registered on 10 May 2016."""
    told = Ledger(Story())
    told.registered(MAY_10)
    return told


def on(
    ledger: Ledger, *days: date, rule: str = "C01", mode: str = "rolling", pack: RulePack = STANDARD
) -> list[str | None]:
    found = [each for each in judged(ledger.story, pack, rule) if each.mode == mode]
    if mode == "fiscal":
        return [next((each.status for each in found if each.covers(day)), None) for day in days]
    return [status_of(SLIP, found, day) for day in days]


def row(
    ledger: Ledger, period: Period, rule: str = "C01", mode: str | None = None, unit: str = "group"
) -> tuple[int, int, int]:
    found = answers(tally(judged(ledger.story), period), [rule], STANDARD, period.day, mode)
    return next(((each.num, each.den, each.open) for each in found if each.unit == unit), (0, 0, 0))


def test_a_slip_is_kept_through_its_due_day_and_overdue_from_the_day_after(ledger: Ledger) -> None:
    days = (MAY_10 - DAY, MAY_10, NEXT - DAY, NEXT, NEXT + DAY)
    assert on(ledger, *days) == [None, "KEPT", "KEPT", "KEPT", "OVERDUE"]


def test_the_clock_runs_from_the_last_regular_inspection(ledger: Ledger) -> None:
    ledger.completed(date(2017, 4, 20))
    due = date(2018, 4, 20)
    assert on(ledger, NEXT + DAY, due, due + DAY) == ["KEPT", "KEPT", "OVERDUE"]


def test_a_late_inspection_mends_it_from_its_day(ledger: Ledger) -> None:
    ledger.completed(NEXT + 5 * DAY)
    assert on(ledger, NEXT + 4 * DAY, NEXT + 5 * DAY) == ["OVERDUE", "KEPT"]


def test_an_emergency_inspection_moves_nothing(ledger: Ledger) -> None:
    ledger.completed(date(2017, 4, 20), InspectionKind.EMERGENCY)
    assert on(ledger, NEXT, NEXT + DAY) == ["KEPT", "OVERDUE"]


def test_a_disposal_is_final(ledger: Ledger) -> None:
    ledger.disposed(date(2016, 12, 1))
    ledger.completed(date(2017, 1, 1))
    assert on(ledger, date(2016, 11, 30), date(2016, 12, 1), date(2017, 1, 1)) == ["KEPT", None, None]


def test_a_withdrawn_slip_was_never_there_unless_asked_as_known_before(ledger: Ledger) -> None:
    ledger.withdrawn(date(2017, 6, 1))
    assert on(ledger, MAY_10, NEXT + DAY) == [None, None]
    history = history_of(histories(ledger.story.events)[SLIP])
    registered, withdrawn = (each.known_at for each in history)
    for instant, expected in ((registered, "KEPT"), (withdrawn, None)):
        known = fold(SLIP, as_known_at(history, instant), Surroundings({}), STANDARD).intervals
        rolling = [each for each in known if (each.rule, each.mode) == ("C01", "rolling")]
        assert status_of(SLIP, rolling, NEXT) == expected


def test_the_interval_is_the_rule_packs(ledger: Ledger) -> None:
    short = STANDARD.but("short", months("C01.interval", 3))
    assert on(ledger, date(2016, 8, 10), date(2016, 8, 11), pack=short) == ["KEPT", "OVERDUE"]


def test_high_priority_is_due_after_six_months_and_normal_priority_not_at_all(ledger: Ledger) -> None:
    assert on(ledger, MAY_10, rule="C02") == [None]
    high = Ledger(Story())
    high.registered(MAY_10, priority=Priority.HIGH)
    due = date(2016, 11, 10)
    assert on(high, due - DAY, due, due + DAY, rule="C02") == ["KEPT", "KEPT", "OVERDUE"]
    assert on(high, due + DAY, rule="C02", pack=rule_pack("yearly-only")) == ["KEPT"]


@pytest.mark.parametrize(
    ("raised", "due"),
    [
        (date(2016, 8, 1), date(2016, 11, 10)),  # six months after the basis
        (date(2016, 10, 11), date(2016, 11, 10)),  # with just thirty days left
        (date(2016, 10, 12), date(2016, 11, 11)),  # with thirty days' notice
        (date(2017, 5, 1), NEXT),  # never later than it was
    ],
)
def test_a_raised_priority_brings_the_due_day_forward_with_notice(ledger: Ledger, raised: date, due: date) -> None:
    ledger.priority(Priority.HIGH, raised)
    assert on(ledger, raised - DAY, raised, due, due + DAY, rule="C02") == [None, "KEPT", "KEPT", "OVERDUE"]


def test_a_lowered_priority_ends_the_duty(ledger: Ledger) -> None:
    ledger.priority(Priority.HIGH, date(2016, 8, 1))
    ledger.priority(Priority.NORMAL, date(2016, 9, 1))
    assert on(ledger, date(2016, 8, 31), date(2016, 9, 1), rule="C02") == ["KEPT", None]


def test_what_is_due_after_the_period_is_open_in_it_and_fails_in_fiscal_mode(ledger: Ledger) -> None:
    """Registered in May 2016, inspected in April 2017: kept by the rolling reading, missed in fiscal 2017."""
    ledger.completed(date(2017, 4, 20))
    assert row(ledger, YEAR) == (0, 0, 1)
    assert row(ledger, YEAR, mode="fiscal") == (0, 1, 0)
    assert row(ledger, Period(YEAR.begins, NEXT, whole=True)) == (1, 1, 0)
    assert row(ledger, Period(YEAR.begins, NEXT - DAY, whole=True)) == (0, 0, 1)


def test_one_overdue_day_fails_the_period(ledger: Ledger) -> None:
    ledger.completed(NEXT + 2 * DAY)
    assert row(ledger, Period(YEAR.begins, NEXT + DAY, whole=True)) == (0, 1, 0)
    assert row(ledger, Period(NEXT + 2 * DAY, date(2018, 5, 12), whole=True)) == (1, 1, 0)


def test_in_fiscal_mode_a_year_is_open_until_its_last_day_is_over(ledger: Ledger) -> None:
    assert row(ledger, Period(YEAR.begins, MARCH_31 - DAY), mode="fiscal") == (0, 0, 1)
    assert row(ledger, Period(YEAR.begins, MARCH_31), mode="fiscal") == (0, 1, 0)
    ledger.completed(MARCH_31)
    assert row(ledger, Period(YEAR.begins, MARCH_31), mode="fiscal") == (1, 1, 0)
    assert row(ledger, Period(MARCH_31 + DAY, date(2018, 3, 31)), mode="fiscal") == (0, 1, 0)


def test_in_fiscal_mode_high_priority_is_inspected_in_each_half(ledger: Ledger) -> None:
    high = Ledger(Story())
    high.registered(MAY_10, priority=Priority.HIGH)
    high.completed(date(2016, 9, 30))
    assert row(high, YEAR, "C02", "fiscal") == (1, 2, 0)
    subjects = {each.subject for each in judged(high.story, rule="C02") if each.mode == "fiscal"}
    assert {"slip/S1#FY2017-1", "slip/S1#FY2017-2"} <= subjects
    ledger.priority(Priority.HIGH, date(2016, 9, 1))
    assert on(ledger, date(2016, 9, 30), date(2016, 10, 1), rule="C02", mode="fiscal") == ["EXCUSED", "OPEN"]
    assert row(ledger, YEAR, "C02", "fiscal") == (0, 1, 0)


def test_a_slip_counts_in_every_unit_it_was_in_and_once_in_the_group(ledger: Ledger) -> None:
    ledger.transferred(NEXT + 10 * DAY, "D2")
    period = Period(YEAR.begins, NEXT + 20 * DAY, whole=True)
    assert [row(ledger, period, unit=unit) for unit in ("group", "C1", "D1", "D2")] == [(0, 1, 0)] * 4
    before = Period(YEAR.begins, NEXT + 9 * DAY, whole=True)
    assert row(ledger, before, unit="D2") == (0, 0, 0)
    assert row(ledger, Period(YEAR.begins, NEXT), unit="D1") == (1, 1, 0)


def test_a_slip_of_a_merged_unit_counts_in_its_successor(ledger: Ledger) -> None:
    ledger.story.created("D1", day=MAY_10)
    ledger.story.unit_merged("D1", "D2", date(2016, 10, 1))
    places = {each.unit for each in judged(ledger.story, rule="C01") if each.covers(NEXT) and each.mode == "rolling"}
    assert places == {"D2"}


def test_without_slips_there_is_no_answer() -> None:
    for rule in ("C01", "C02", "C03"):
        assert row(Ledger(Story()), YEAR, rule) == (0, 0, 0)


@pytest.fixture
def numbers() -> Ledger:
    """A slip of National ID numbers in a strongroom, with one person in charge."""
    told = Ledger(Story())
    told.story.hired("P1", date(2010, 4, 1))
    told.registered_numbers(MAY_10, "P1")
    return told


def test_numbers_are_located_while_somebody_in_charge_is_in_post(numbers: Ledger) -> None:
    october = date(2016, 10, 1)
    numbers.story.left("P1", october)
    assert on(numbers, MAY_10, october - DAY, october, rule="C03") == ["LOCATED", "LOCATED", "UNLOCATED"]
    lost = next(each for each in judged(numbers.story, rule="C03") if each.status == "UNLOCATED")
    assert [ref.type for ref in lost.because] == ["ledger.SlipRegistered.v1", "hr.EmployeeLeft.v1"]
    assert [row(numbers, Period(YEAR.begins, day), "C03") for day in (october - DAY, october)] == [(1, 1, 0), (0, 1, 0)]


def test_leave_leaves_nobody_in_charge_and_another_may_be_named(numbers: Ledger) -> None:
    numbers.story.hired("P2", date(2010, 4, 1))
    october = date(2016, 10, 1)
    numbers.story.on_leave("P1", october)
    numbers.in_charge("P2", october + DAY, since=october + 5 * DAY)
    days = [october + n * DAY for n in (-1, 0, 4, 5)]
    assert on(numbers, *days, rule="C03") == ["LOCATED", "UNLOCATED", "UNLOCATED", "LOCATED"]


def test_somebody_nobody_hired_is_not_in_charge(numbers: Ledger) -> None:
    numbers.released("P1", MAY_10 + DAY)
    numbers.in_charge("P9", MAY_10 + DAY)
    assert on(numbers, MAY_10, MAY_10 + DAY, rule="C03") == ["LOCATED", "UNLOCATED"]


def test_a_suppliers_worker_in_charge_is_in_post_too(numbers: Ledger) -> None:
    numbers.story.hired("P3", MAY_10, kind=PersonKind.SUPPLIER)
    numbers.released("P1", MAY_10 + DAY)
    numbers.in_charge("P3", MAY_10 + DAY)
    assert on(numbers, MAY_10 + DAY, rule="C03") == ["LOCATED"]


def test_without_a_place_numbers_are_not_located() -> None:
    numbers = Ledger(Story())
    numbers.story.hired("P1", date(2010, 4, 1))
    numbers.registered_numbers(MAY_10, "P1", storage=None)
    numbers.stored(MAY_10 + 5 * DAY)
    assert on(numbers, MAY_10 + 4 * DAY, MAY_10 + 5 * DAY, rule="C03") == ["UNLOCATED", "LOCATED"]


def test_a_slip_that_holds_no_numbers_any_more_is_not_asked(numbers: Ledger) -> None:
    numbers.holds_numbers(date(2016, 10, 1), new=False)
    assert on(numbers, date(2016, 9, 30), date(2016, 10, 1), rule="C03") == ["LOCATED", None]
