"""The divisions enter what they hold, and inspect it when it is due; one of them does not."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from daicho.demo.acts.callers import CRM, OFFICE
from daicho.demo.clients import People
from daicho.demo.script.chance import japan
from daicho.demo.script.holdings import Holding
from daicho.demo.script.inspecting import STAND_IN, inspects
from daicho.demo.script.moments import Moment
from daicho.demo.script.places import Place, division_of
from daicho.demo.script.plants import Plant
from daicho.demo.script.year import Script

CHECKLIST = {"checklist_id": "SLIP-CHECK", "checklist_version": 1}
EVIDENCE = sha256(b"the list of who has access, as of the inspection").hexdigest()


@dataclass
class Ledger:
    people: People
    script: Script

    async def act(self, moment: Moment) -> Mapping[str, int]:
        """Enter what is new, then inspect what is due. Raises Refused."""
        new = self.script.holdings.at(moment)
        await asyncio.gather(*(self._enter(each) for each in new))
        return Counter(entered=len(new), inspected=await self._inspect(moment))

    async def _enter(self, holding: Holding) -> None:
        path, key = "/v1/slips", self.script.key(f"slip/{holding.slip_id}")
        await self.people.post(CRM, "ledger", path, slip(holding), key)

    async def _inspect(self, moment: Moment) -> int:
        if not any(self._at_work(place, moment) for place in self.script.places.values()):
            return 0
        listed = self.people.everything(OFFICE, "ledger", "/v1/inspections", state="due")
        due = [each async for each in listed if self._inspects(each, moment)]
        versions = await self._versions() if due else {}
        await asyncio.gather(*(self._inspected(each, versions[each["slip_id"]]) for each in due))
        return len(due)

    @property
    def _bad(self) -> Place | None:
        return self.script.holdings.bad if Plant.BAD_DIVISION in self.script.plants else None

    def _inspects(self, inspection: Mapping[str, Any], moment: Moment) -> bool:
        return self._at_work(self.script.places[division_of(inspection["org_unit_id"])], moment)

    def _at_work(self, place: Place, moment: Moment) -> bool:
        return inspects(self.script.group.calendar, place, moment, self._bad)

    async def _versions(self) -> dict[str, int]:
        """Of every slip: an inspection says which version of it was looked at."""
        slips = self.people.everything(OFFICE, "ledger", "/v1/slips", state="active")
        return {each["slip_id"]: each["version"] async for each in slips}

    async def _inspected(self, inspection: Mapping[str, Any], version: int) -> None:
        """By who is in charge; approved by the manager, and where the priority is high by the promoter too."""
        place = self.script.places[division_of(inspection["org_unit_id"])]
        inspector = next(iter(inspection["assignees"]), STAND_IN)
        await self._step(inspector, inspection, "start", CHECKLIST)
        await self._step(inspector, inspection, "submission", finding(version))
        await self._step(place.manager, inspection, "approval", {"role": "DIV_MANAGER"})
        if inspection["priority"] == "HIGH":
            await self._step(place.promoter, inspection, "approval", {"role": "PROMOTER"})

    async def _step(self, who: str, inspection: Mapping[str, Any], step: str, body: Mapping[str, Any]) -> None:
        what = f"{inspection['slip_id']}/inspections/{inspection['cycle']}/{step}"
        key = self.script.key(f"{what}/{who}")
        await self.people.post(who, "ledger", f"/v1/slips/{what}", body, key)


def finding(version: int) -> dict[str, Any]:
    """Everything was in order, and the slip still says how it is."""
    access = {"item": "access-list", "result": "OK", "evidence_hashes": [EVIDENCE]}
    answers = [access, {"item": "place", "result": "OK"}]
    return {"answers": answers, "slip_version_reviewed": version, "still_valid": True}


def slip(holding: Holding) -> dict[str, Any]:
    """The body with which a holding is registered."""
    return {
        "slip_id": holding.slip_id,
        "org_unit_id": holding.unit_id,
        "slip_no": f"{holding.unit_id}-{holding.slip_id}",
        "title": holding.title,
        "pi_type": holding.pi_type,
        "items": list(holding.items),
        "count_band": holding.count_band,
        "acquisition_method": "form",
        "purpose_of_use": "the business of the division",
        "specific_pi": holding.numbers,
        "priority": holding.priority,
        "storage": {"storing_unit": holding.unit_id, "place": "locked cabinet of the division", "medium": "PAPER"},
        "custodians": [{"person_id": holding.custodian, "role": "PI_MANAGER"}],
        **(_late(holding.begun) if holding.begun else {}),
    }


def _late(begun: date) -> dict[str, str]:
    return {"time": japan(begun, 10).isoformat(), "late_reason": "kept on a list of its own"}
