"""Plays the script: at each moment the clock is set, HR tells, people act, and nobody goes on before all is quiet."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final

from daicho.demo.office import Office
from daicho.demo.producer import HrSystem
from daicho.demo.progress import Progress
from daicho.demo.quiet import Look, Watch
from daicho.demo.screen import Screen
from daicho.demo.script.moments import EXTENDED
from daicho.demo.script.planted import LEFT_TOLD
from daicho.demo.script.year import Script, Step

ASKED_ABOUT: Final = date(2016, 10, 31)
"""The day about which an auditor asks, before HR tells of a leaving that lies before it."""
ASKED_ON: Final = date(2016, 11, 30)


@dataclass
class Player:
    script: Script
    progress: Progress
    watch: Watch
    office: Office
    hr: HrSystem
    screen: Screen
    refused: list[str] = field(default_factory=list)

    async def play(self) -> Look:
        """What is left of the year; how the stack stands when all is quiet."""
        look = await self.watch.look()
        for number, step in enumerate(self.script.steps):
            if number >= self.progress.done:
                look = await self._step(step, look)
                self.progress.done = number + 1
                self.progress.save()
        return await self.watch.until_quiet()

    async def _step(self, step: Step, before: Look) -> Look:
        began = time.monotonic()
        after = await self.watch.drive_to(step.moment.at)
        if step.messages or step.contacts:
            await self.hr.tell_contacts(step.contacts)
            await self.hr.tell(step.messages)
            after = await self.watch.until_quiet()
        act = self._acts().get(step.moment.day)
        signed = await self._sign(step)
        if act:
            await act()
        if act or signed:
            after = await self.watch.until_quiet()
        self._tell(step, signed, after.records - before.records, time.monotonic() - began)
        return after

    def _acts(self) -> Mapping[date, Callable[[], Awaitable[None]]]:
        """What else people do, by day; on a day with two moments it is done twice, which changes nothing."""
        return {
            date(2016, 3, 15): self.office.plan,
            date(2016, 4, 8): self._forge,
            date(2016, 9, 15): self._extend,
            ASKED_ON: self._ask,
        }

    async def _sign(self, step: Step) -> int:
        signed, refused = await self.office.sign(step.signers)
        self.refused += refused
        return signed

    async def _extend(self) -> None:
        await self.office.extend(EXTENDED)

    async def _forge(self) -> None:
        attempts = await self.office.sign_for(self.script.planted.late_leaver)
        self.progress.keep("attempts", [asdict(attempt) for attempt in attempts])

    async def _ask(self) -> None:
        """It must still be answered so when the year is over and more is known."""
        assert LEFT_TOLD.day > ASKED_ON  # noqa: S101 - the point of the question
        self.progress.keep("asked", dict(await self.office.standing(ASKED_ABOUT)))

    def _tell(self, step: Step, signed: int, records: int, seconds: float) -> None:
        figures = f"HR sent {len(step.messages):>6,} · {signed:>5,} signed · {records:>7,} records · {seconds:5.1f} s"
        when = f"{step.moment.at:%Y-%m-%d %H:%M}"
        self.screen.step(when, step.moment.title, figures)
        self.progress.kept.setdefault("steps", []).append(
            {
                "at": step.moment.at.isoformat(),
                "title": step.moment.title,
                "hr_records": len(step.messages),
                "signed": signed,
                "records": records,
                "seconds": round(seconds, 3),
            }
        )
