import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from shared.runtime.clock import Clock, ClockRefused, DrivenClock, FixedClock, SystemClock, clock_from
from shared.runtime.tests.issuer import settings

BEGIN = datetime(2016, 3, 31, 15, 0, tzinfo=UTC)
"""Midnight in Japan: the first instant of April."""
DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "clock.json"


@pytest.fixture
def clock(path: Path) -> DrivenClock:
    clock = DrivenClock(path)
    clock.set(BEGIN)
    return clock


def test_a_day_begins_at_midnight_in_japan() -> None:
    assert FixedClock(BEGIN).today() == date(2016, 4, 1)
    assert FixedClock(BEGIN - timedelta(microseconds=1)).today() == date(2016, 3, 31)


def test_a_clock_nobody_set_shows_real_time(path: Path) -> None:
    for clock in (DrivenClock(path), SystemClock()):
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_set_clock_stands_still(clock: DrivenClock) -> None:
    assert (clock.now(), clock.now(), clock.today()) == (BEGIN, BEGIN, date(2016, 4, 1))


def test_every_process_sees_the_same_instant_at_once(clock: DrivenClock, path: Path) -> None:
    other = DrivenClock(path)
    for day in range(1, 50):
        clock.advance(DAY)
        assert other.now() == BEGIN + day * DAY


def test_the_clock_does_not_run_backwards_unless_asked(clock: DrivenClock) -> None:
    with pytest.raises(ClockRefused):
        clock.set(BEGIN - DAY)
    with pytest.raises(ClockRefused):
        clock.advance(-DAY)
    assert clock.now() == BEGIN
    clock.set(BEGIN - DAY, backwards=True)
    assert clock.now() == BEGIN - DAY


def test_an_instant_without_offset_is_refused(clock: DrivenClock) -> None:
    with pytest.raises(ClockRefused):
        clock.set(datetime(2017, 4, 1))  # noqa: DTZ001 - the point of this test


def test_it_runs_on_at_real_pace_from_where_it_stood(
    clock: DrivenClock, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.time()
    clock.run_on()
    assert clock.now() - BEGIN < timedelta(seconds=5)
    monkeypatch.setattr(time, "time", lambda: began + 3600)
    assert timedelta(minutes=59) < DrivenClock(path).now() - BEGIN < timedelta(minutes=61)


def test_advancing_a_running_clock_holds_it_again(clock: DrivenClock) -> None:
    clock.run_on()
    held = clock.advance(DAY)
    assert (clock.now(), held) == (held, held)
    assert held >= BEGIN + DAY


def test_it_never_jumps_back_when_the_machine_does(clock: DrivenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.run_on()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert clock.now() >= BEGIN


_DRIVER = """
import sys; from datetime import timedelta; from pathlib import Path; from shared.runtime.clock import DrivenClock
clock = DrivenClock(Path(sys.argv[1]))
while True: print(clock.advance(timedelta(seconds=1)).isoformat(), flush=True)
"""


def test_it_survives_the_death_of_its_driver(clock: DrivenClock, path: Path) -> None:
    driver = subprocess.Popen([sys.executable, "-c", _DRIVER, str(path)], stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert driver.stdout is not None
    shown = [datetime.fromisoformat(driver.stdout.readline().strip()) for _ in range(20)]
    driver.kill()
    rest = driver.communicate()[0].split()
    assert DrivenClock(path).now() - max([*shown, *map(datetime.fromisoformat, rest)]) <= timedelta(seconds=1)
    assert clock.advance(DAY) >= shown[-1] + DAY


def test_the_settings_choose_the_clock(path: Path) -> None:
    chosen: list[Clock] = [clock_from(settings()), clock_from(settings(clock_file=path))]
    assert [type(clock) for clock in chosen] == [SystemClock, DrivenClock]
