"""Plays the script: at each moment the clock is set, HR tells, people act, and nobody goes on before all is quiet."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from daicho.demo.producer import HrSystem
from daicho.demo.progress import Progress
from daicho.demo.quiet import Look, Watch
from daicho.demo.screen import Screen
from daicho.demo.script.moments import Moment
from daicho.demo.script.year import Script, Step
from daicho.demo.wording import figures, when


class Act(Protocol):
    """A part of what people do."""

    async def act(self, moment: Moment) -> Mapping[str, int]:
        """Do what is to be done at the moment, beside everybody else; how many deeds of which kind it was."""


class Ask(Protocol):
    """Somebody who looks at how things stand when all is done."""

    async def ask(self, moment: Moment) -> None: ...


@dataclass
class Player:
    script: Script
    progress: Progress
    watch: Watch
    acts: Sequence[Act]
    asks: Sequence[Ask]
    hr: HrSystem
    screen: Screen

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
        done = await asyncio.gather(*(each.act(step.moment) for each in self.acts))
        deeds = +sum(map(Counter, done), Counter[str]())
        after = await self.watch.until_quiet() if deeds else after
        for each in self.asks:
            await each.ask(step.moment)
        deeds = +Counter({"from HR": len(step.messages)}) + deeds
        self._tell(step.moment, deeds, after.records - before.records, time.monotonic() - began)
        return after

    def _tell(self, moment: Moment, deeds: Mapping[str, int], records: int, seconds: float) -> None:
        told = {
            "at": moment.at.isoformat(),
            "title": moment.title,
            "done": dict(deeds),
            "records": records,
            "seconds": round(seconds, 3),
        }
        self.screen.step(when(told), moment.title, figures(told))
        self.progress.kept.setdefault("steps", []).append(told)
