"""The office plans the pledges, everybody signs his own, and some try to sign for others."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final

from daicho.demo.acts.callers import AUDITOR, CRM, EMPLOYEE, OFFICE
from daicho.demo.clients import People, Refused
from daicho.demo.progress import Progress
from daicho.demo.script.moments import DUE, EXTENDED, OPENS, YEAR, Moment
from daicho.demo.script.pledging import TARGETS
from daicho.demo.script.year import Script

TEXT: Final = sha256(b"Basic Rules for Handling Customer-Related Work").hexdigest()
CONSENT: Final = sha256(b"I have read the rules and will keep them").hexdigest()
CAMPAIGN: Final = f"PLEDGE-{YEAR.label}"
PAGES: Final = 4
FEW: Final = 100
"""Up to so many people are looked up one by one; more of them by reading the whole list."""
PLANNED: Final = date(2016, 3, 15)
FORGED: Final = date(2016, 4, 8)
ANNOUNCED: Final = date(2016, 9, 15)


@dataclass(frozen=True)
class Attempt:
    """Somebody tried to sign in another's name."""

    who: str
    status: int
    expected: int


@dataclass
class Pledges:
    people: People
    script: Script
    progress: Progress
    refused: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    """By person, the id of the pledge he is asked for."""

    async def act(self, moment: Moment) -> Mapping[str, int]:
        """Who signs at the moment, after what the office does on the day. Raises Refused."""
        on = self.script.group.calendar.on
        if moment == on(PLANNED):
            await self._plan()
        if moment == on(ANNOUNCED):
            await self._extend(EXTENDED)
        signed = await self._sign(self.script.signers(moment))
        if moment == on(FORGED):
            attempts = await self._sign_for(self.script.planted.late_leaver)
            self.progress.keep("attempts", [asdict(attempt) for attempt in attempts])
        return {"signed": signed}

    async def _plan(self) -> None:
        """The campaign of the year, and the countries that pledge from its first day on (F18, F19)."""
        plan = {
            "campaign_id": CAMPAIGN,
            "fy": YEAR.label,
            "template_id": "BASIC-RULES",
            "template_version": 1,
            "template_hash": TEXT,
            "opens_on": OPENS.isoformat(),
            "due_date": DUE.isoformat(),
        }
        await self.people.post(OFFICE, "training", "/v1/pledge-campaigns", plan, self.script.key("plan"))
        await self._extend(OPENS)

    async def _extend(self, since: date) -> None:
        """The subsidiaries in further countries pledge from that day on (F19)."""
        for country, day in TARGETS.items():
            if day == since:
                body = {"fy": YEAR.label, "country": country, "from_date": day.isoformat()}
                key = self.script.key(country)
                await self.people.post(OFFICE, "training", "/v1/pledge-target-countries", body, key)

    async def _sign(self, signers: Iterable[str]) -> int:
        """Everybody signs his own pledge; how many could."""
        people = tuple(signers)
        await self._find(people)
        return sum(await asyncio.gather(*(self._signed(person) for person in people)))

    async def _signed(self, person: str) -> int:
        if person not in self.asked:
            self.refused.append(f"{person} was not asked to sign")
            return 0
        path = f"/v1/pledges/{self.asked[person]}/signature"
        try:
            await self.people.post(person, "training", path, self._signature(person), self.script.key(person))
        except Refused as refused:
            self.refused.append(f"{person}: {refused}")
            return 0
        return 1

    def _signature(self, person: str) -> dict[str, Any]:
        supplier = any(getattr(each.event, "contractor_id", None) for each in self.script.lives.get(person, ()))
        return {
            "template_hash": TEXT,
            "language": "ja",
            "consent_text_hash": CONSENT,
            "method": "LINK" if supplier else "SSO",
            "pages_viewed": PAGES,
            "page_count": PAGES,
        }

    async def _find(self, people: tuple[str, ...]) -> None:
        unknown = [person for person in people if person not in self.asked]
        if len(unknown) > FEW:
            await self._list()
        else:
            await asyncio.gather(*(self._list(person_id=person) for person in unknown))

    async def _list(self, **which: str) -> None:
        async for each in self.people.everything(OFFICE, "training", "/v1/pledges", fy=YEAR.label, **which):
            self.asked[each["person_id"]] = each["pledge_id"]

    async def _sign_for(self, victim: str) -> list[Attempt]:
        """Several people try to sign for somebody; who may not even see his pledge must not learn that it exists."""
        await self._find((victim,))
        path, body = f"/v1/pledges/{self.asked[victim]}/signature", self._signature(victim)
        callers = {"somebody without a token": ("", 401), "a colleague": (EMPLOYEE, 404)}
        callers |= {"the office": (OFFICE, 403), "an auditor": (AUDITOR, 403), "a program": (CRM, 403)}
        attempts = []
        for who, (caller, expected) in callers.items():
            answer = await self.people.command(caller, "training", path, body, self.script.key(f"forged/{who}"))
            attempts.append(Attempt(who, answer.status_code, expected))
        return attempts
