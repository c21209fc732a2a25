"""What people do in the demo: the office plans, everybody signs, some try what they may not, auditors ask."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from daicho.demo.clients import People, Refused
from daicho.demo.script.chance import event_id
from daicho.demo.script.moments import DUE, OPENS, YEAR
from daicho.demo.script.pledging import TARGETS
from daicho.demo.script.year import Script
from daicho.personas import PERSONAS

OFFICE: Final = PERSONAS["office"].person_id
AUDITOR: Final = PERSONAS["auditor"].person_id
TEXT: Final = sha256(b"Basic Rules for Handling Customer-Related Work").hexdigest()
CONSENT: Final = sha256(b"I have read the rules and will keep them").hexdigest()
CAMPAIGN: Final = f"PLEDGE-{YEAR.label}"
PAGES: Final = 4
FEW: Final = 100
"""Up to so many people are looked up one by one; more of them by reading the whole list."""
PATIENCE: Final = 300.0
"""Seconds for which an answer that has to be worked out is waited for."""


@dataclass(frozen=True)
class Attempt:
    """Somebody tried to sign in another's name."""

    who: str
    status: int
    expected: int


@dataclass
class Office:
    people: People
    script: Script
    pledges: dict[str, str] = field(default_factory=dict)
    """By person, the id of the pledge he is asked for."""

    async def plan(self) -> None:
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
        await self.people.post(OFFICE, "training", "/v1/pledge-campaigns", plan, self._key("plan"))
        await self.extend(OPENS)

    async def extend(self, since: date) -> None:
        """The subsidiaries in further countries pledge from that day on (F19)."""
        for country, day in TARGETS.items():
            if day == since:
                body = {"fy": YEAR.label, "country": country, "from_date": day.isoformat()}
                await self.people.post(OFFICE, "training", "/v1/pledge-target-countries", body, self._key(country))

    async def sign(self, signers: Iterable[str]) -> tuple[int, list[str]]:
        """Everybody signs his own pledge; how many could, and what was said to the others."""
        people = tuple(signers)
        await self._find(people)
        said = await asyncio.gather(*(self._signed(person) for person in people))
        return said.count(""), [each for each in said if each]

    async def _signed(self, person: str) -> str:
        """Empty when it went well."""
        if person not in self.pledges:
            return f"{person} was not asked to sign"
        path = f"/v1/pledges/{self.pledges[person]}/signature"
        try:
            await self.people.post(person, "training", path, self._signature(person), self._key(person))
        except Refused as refused:
            return f"{person}: {refused}"
        return ""

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
        unknown = [person for person in people if person not in self.pledges]
        if len(unknown) > FEW:
            await self._list()
        else:
            await asyncio.gather(*(self._list(person_id=person) for person in unknown))

    async def _list(self, **which: str) -> None:
        async for each in self.people.everything(OFFICE, "training", "/v1/pledges", fy=YEAR.label, **which):
            self.pledges[each["person_id"]] = each["pledge_id"]

    async def sign_for(self, victim: str) -> list[Attempt]:
        """Several people try to sign for somebody; who may not even see his pledge must not learn that it exists."""
        await self._find((victim,))
        path, body = f"/v1/pledges/{self.pledges[victim]}/signature", self._signature(victim)
        callers = {"somebody without a token": ("", 401), "a colleague": (PERSONAS["employee"].person_id, 404)}
        callers |= {"the office": (OFFICE, 403), "an auditor": (AUDITOR, 403), "a program": ("client/crm-system", 403)}
        attempts = []
        for who, (caller, expected) in callers.items():
            answer = await self.people.command(caller, "training", path, body, self._key(f"forged/{who}"))
            attempts.append(Attempt(who, answer.status_code, expected))
        return attempts

    async def standing(self, day: date, known: datetime | None = None, rule: str = "C09") -> Mapping[str, Any]:
        """What audit says of the whole group at the end of a day. Raises Refused."""
        asked = {"as_of": day.isoformat(), "rule": rule, "unit": "group", "known_at": known and known.isoformat()}
        answer = await self._patiently("/v1/compliance", asked)
        row: Mapping[str, Any] = answer["items"][0]
        return {name: row[name] for name in ("num", "den", "open", "excused")}

    async def exceptions(self, day: date, known: datetime | None = None, rule: str = "C09") -> set[str]:
        """Who, says audit, counts and is not good. Raises Refused."""
        path, found, cursor = f"/v1/compliance/{rule}/exceptions", set[str](), None
        while True:
            asked = {"as_of": day.isoformat(), "known_at": known and known.isoformat(), "limit": 200, "cursor": cursor}
            page = await self._patiently(path, asked)
            found |= {item["subject"].removeprefix("person/") for item in page["items"]}
            cursor = page.get("next_cursor")
            if cursor is None:
                return found

    async def _patiently(self, path: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """An answer that takes a replay is asked for until it is there."""
        deadline = time.monotonic() + PATIENCE
        query = {name: str(value) for name, value in asked.items() if value is not None}
        while time.monotonic() < deadline:
            answer = await self.people.ask(AUDITOR, "GET", "audit", path, params=query)
            if answer.is_error:
                raise Refused(path, answer.status_code, answer.text[:300])
            if answer.status_code != 202:
                document: dict[str, Any] = answer.json()
                return document
            await asyncio.sleep(0.3)
        raise Refused(path, 202, "no answer came")

    async def digest(self, begins: date, until: date) -> Mapping[str, Any]:
        """Of audit's live result of a period."""
        period = {"from": begins.isoformat(), "to": until.isoformat()}
        return await self.people.get(AUDITOR, "audit", "/v1/compliance/digest", **period)

    async def replay(self, begins: date, until: date, source: str, attempt: str) -> Mapping[str, Any]:
        """Order a replay and wait for its end; the same `attempt` is never worked out twice. Raises Refused."""
        order = {"from": begins.isoformat(), "to": until.isoformat(), "source": source}
        ordered = await self.people.post(AUDITOR, "audit", "/v1/replays", order, self._key(f"{attempt}/{source}"))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            replay = await self.people.get(AUDITOR, "audit", f"/v1/replays/{ordered['replay_id']}")
            if replay["state"] in {"done", "failed", "cancelled"}:
                return replay
            await asyncio.sleep(0.1)
        raise Refused("the replay", 202, f"still {replay['state']}")

    def _key(self, what: str) -> str:
        """The same deed of the same year has the same key, so that it is done once however often the demo is run."""
        return event_id(self.script.group.seed, f"{self.script.group.scale}/{what}")
