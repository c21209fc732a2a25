"""The incidents of the year: a telephone that was no leak, a leak with its reports, papers that were lost."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from daicho.demo.acts.callers import ADMINISTRATOR, CONTACT_POINT, OFFICE, PROMOTION
from daicho.demo.clients import People
from daicho.demo.progress import Progress
from daicho.demo.script.chance import japan
from daicho.demo.script.moments import Moment
from daicho.demo.script.places import Place
from daicho.demo.script.plants import Plant
from daicho.demo.script.year import Script

LOST_ON: Final = date(2016, 5, 10)
LEAKED_ON: Final = date(2016, 6, 10)
LEAKED: Final = 1_500
"""Persons: more than a thousand, so it is reported by the house's rules."""
TOO_LATE: Final = date(2016, 6, 20)
"""The preliminary report is due on day 5, 14 June."""
FINAL: Final = date(2016, 6, 30)
MISLAID_ON: Final = date(2016, 11, 30)
ITEMS: Final = ["OVERVIEW", "DATA_ITEMS", "CAUSE", "SECONDARY_DAMAGE", "OTHER"]
"""Of the nine items of a report, those that the persons are told."""


@dataclass
class Incidents:
    people: People
    script: Script
    progress: Progress

    async def act(self, moment: Moment) -> Mapping[str, int]:
        """What happens on the day; how many steps were taken. Raises Refused."""
        on = self.script.group.calendar.on
        plans = [plan for day, each in self._diary().items() if on(day) == moment for plan in each]
        for plan in plans:
            await plan()
        return {"incidents": len(plans)}

    def _diary(self) -> Mapping[date, tuple[Callable[[], Awaitable[None]], ...]]:
        late = Plant.LATE_REPORT in self.script.plants
        return {
            LOST_ON: (self._telephone,),
            date(2016, 5, 27): (self._dismissed,),
            LEAKED_ON: (self._leak, *(() if late else (self._preliminary,))),
            TOO_LATE: (self._preliminary,) if late else (),
            FINAL: (self._final,),
            date(2016, 7, 1): (self._closed,),
            MISLAID_ON: (self._papers,),
            date(2016, 12, 5): (self._papers_closed,),
        }

    async def _telephone(self) -> None:
        """Lost, but nobody can read what is on it."""
        await self._report("telephone", self._places[1], LOST_ON, {
            "kind": "LOSS", "media": ["DEVICE"], "flags": {"encrypted": True}, "affected": {"most": 300},
            "narrative": "An encrypted telephone was left in a taxi.",
        })  # fmt: skip
        await self._assess("telephone", "LOW", "UNLIKELY", {"encrypted": True})

    async def _dismissed(self) -> None:
        body = {"ground": "NO_INCIDENT", "rationale": "It was encrypted and has been erased from afar."}
        await self._step("telephone", PROMOTION, "dismissal", body)

    async def _leak(self) -> None:
        """Found at noon, reported in the afternoon, assessed and confirmed in the evening."""
        leaked = self.script.holdings.leaked
        await self._report("leak", leaked.place, LEAKED_ON, {
            "kind": "LEAK", "media": ["MAIL"], "affected": {"least": 1_200, "most": LEAKED},
            "slip_ids": [leaked.slip_id], "narrative": "A list of club members was sent to a wrong address.",
        })  # fmt: skip
        await self._assess("leak", "HIGH", "POSSIBLE", {})
        await self._step("leak", PROMOTION, "confirmation", {"slip_ids": [leaked.slip_id]})

    async def _preliminary(self) -> None:
        await self._file("PRELIM", "MINISTRY_PRE2022_PRELIM")

    async def _final(self) -> None:
        await self._file("FINAL", "MINISTRY_PRE2022")
        await self._step("leak", OFFICE, "notices", {"count": LEAKED, "method": "LETTER", "items": ITEMS})
        await self._step("leak", OFFICE, "containment", {})

    async def _closed(self) -> None:
        await self._step("leak", ADMINISTRATOR, "closure", {})

    async def _papers(self) -> None:
        """A handful of persons: an incident that nobody outside must hear of."""
        await self._report("papers", self._places[2], MISLAID_ON, {
            "kind": "LOSS", "media": ["PAPER"], "affected": {"least": 12, "most": 12},
            "narrative": "A folder with twelve applications was lost on a train.",
        })  # fmt: skip
        await self._assess("papers", "MEDIUM", "POSSIBLE", {})
        await self._step("papers", PROMOTION, "confirmation", {})
        await self._step("papers", OFFICE, "containment", {})

    async def _papers_closed(self) -> None:
        await self._step("papers", ADMINISTRATOR, "closure", {})

    # --- the steps ----------------------------------------------------------------------------------------------------

    @property
    def _places(self) -> tuple[Place, ...]:
        return tuple(self.script.places.values())

    async def _report(self, name: str, place: Place, meant: date, what: Mapping[str, Any]) -> None:
        """To supervisor and contact point, who both take note on the same day (F9)."""
        on = self.script.group.calendar.on(meant).day
        noon = japan(on, 12).isoformat()
        body = {**what, "discovered_at": noon, "aware_at": noon, "time": japan(on, 15).isoformat()}
        reported = await self.people.post(place.custodian, "incidents", "/v1/incidents", body, self.script.key(name))
        self.progress.keep(name, reported["incident_id"])
        await self._step(name, CONTACT_POINT, "acknowledgement", {"capacity": "CONTACT_POINT"})
        await self._step(name, place.manager, "acknowledgement", {"capacity": "SUPERVISOR"})

    async def _assess(self, name: str, severity: str, risk: str, flags: Mapping[str, bool]) -> None:
        rationale = "What is known of the medium, the persons and who may have read it."
        body = {"severity": severity, "rights_risk": risk, "flags": dict(flags), "rationale": rationale}
        await self._step(name, CONTACT_POINT, "assessment", body)

    async def _file(self, stage: str, regime: str) -> None:
        body = {"obligation_id": f"{self.progress.kept['leak']}.{regime}", "stage": stage, "receipt_no": f"R-{stage}"}
        await self._step("leak", OFFICE, "filings", body)

    async def _step(self, name: str, who: str, step: str, body: Mapping[str, Any]) -> None:
        path = f"/v1/incidents/{self.progress.kept[name]}/{step}"
        await self.people.post(who, "incidents", path, body, self.script.key(f"{name}/{step}/{who}/{body}"))
