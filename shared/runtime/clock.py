"""What time it is for the business: one clock for all processes, injected, never read inside a decision.

Event times, timers and business dates use it. Tokens, Kafka timestamps, metrics and time-outs use real time.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from shared.runtime.settings import Settings

JAPAN: Final = ZoneInfo("Asia/Tokyo")


class ClockRefused(ValueError):  # noqa: N818 - the clock says no
    """The clock was asked to run backwards, or to an instant without an offset."""


def japanese_date(instant: datetime) -> date:
    """The business date of an instant: the calendar day in Japan."""
    return instant.astimezone(JAPAN).date()


class Clock(Protocol):
    def now(self) -> datetime:
        """The instant in UTC."""
        ...

    def today(self) -> date:
        """The calendar day in Japan."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return japanese_date(self.now())


@dataclass
class FixedClock:
    """For tests of one process: stands still until it is moved."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant.astimezone(UTC)

    def today(self) -> date:
        return japanese_date(self.instant)

    def advance(self, by: timedelta) -> None:
        self.instant += by


@dataclass(frozen=True)
class _Setting:
    """Held at `instant`; or running at real pace since the real epoch second `since`, when it showed `instant`."""

    instant: datetime
    since: float | None

    def now(self) -> datetime:
        if self.since is None:
            return self.instant
        return self.instant + timedelta(seconds=max(0.0, time.time() - self.since))


class DrivenClock:
    """One small JSON file that all processes share; who reads it pays one `stat`.

    It outlives any process: replaced as a whole, it is either the old or the new setting, also after kill -9. As long
    as nobody has set it, it shows real time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._setting: _Setting | None = None

    def now(self) -> datetime:
        setting = self._read()
        return setting.now() if setting else datetime.now(UTC)

    def today(self) -> date:
        return japanese_date(self.now())

    def set(self, instant: datetime, *, backwards: bool = False) -> None:
        """Hold at this instant. Raises ClockRefused for an earlier one, unless `backwards` is asked for."""
        with self._alone():
            self._hold(instant, backwards=backwards)

    def advance(self, by: timedelta) -> datetime:
        """Hold this much later, and return where. Raises ClockRefused for a negative span."""
        with self._alone():
            return self._hold(self.now() + by, backwards=False)

    def run_on(self) -> None:
        """From the instant shown now, go on at real pace."""
        with self._alone():
            self._write(_Setting(self.now(), time.time()))

    def _hold(self, instant: datetime, *, backwards: bool) -> datetime:
        if instant.tzinfo is None:
            raise ClockRefused("an instant needs an offset")
        setting = self._read()
        if setting and instant < setting.now() and not backwards:
            raise ClockRefused(f"the clock shows {setting.now().isoformat()} and does not run backwards")
        self._write(_Setting(instant.astimezone(UTC), None))
        return instant.astimezone(UTC)

    def _read(self) -> _Setting | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        if stamp != self._seen:
            document = json.loads(self._path.read_bytes())
            self._setting = _Setting(datetime.fromisoformat(document["instant"]), document["since"])
            self._seen = stamp
        return self._setting

    def _write(self, setting: _Setting) -> None:
        document = json.dumps({"instant": setting.instant.isoformat(), "since": setting.since})
        unfinished = self._path.with_suffix(".new")
        with unfinished.open("w") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two drivers take turns; a driver that dies lets go of the lock."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def clock_from(settings: Settings) -> Clock:
    return DrivenClock(settings.clock_file) if settings.clock_file else SystemClock()
