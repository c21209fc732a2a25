"""The office publishes courses and a handbook; the learning platform tells who passed."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final

from daicho.demo.acts.callers import LEARNING, OFFICE, PROMOTION
from daicho.demo.clients import People, Refused
from daicho.demo.script.moments import YEAR, Moment
from daicho.demo.script.studying import DUE, OPENS
from daicho.demo.script.year import Script

PLANNED: Final = date(2016, 3, 15)
COURSES: Final = {"SECURITY-AND-PRIVACY": "ANNUAL_ONLINE", "WELCOME": "NEW_HIRE", "NEW-PLACE": "TRANSFER"}
HASH: Final = sha256(b"slides and questions").hexdigest()
PASSED: Final = 90


@dataclass
class Training:
    people: People
    script: Script
    refused: list[str] = field(default_factory=list)
    assigned: dict[str, str] = field(default_factory=dict)
    """By person, the id of his assignment of the year's course."""

    async def act(self, moment: Moment) -> Mapping[str, int]:
        """Plan, let the platform tell who passed the year's course, and let newcomers learn. Raises Refused."""
        if moment == self.script.group.calendar.on(PLANNED):
            await self._plan()
        learnt = await self._year(moment) + await self._introductions() if moment.day > PLANNED else 0
        return {"learnt": learnt}

    async def _plan(self) -> None:
        for course, kind in COURSES.items():
            body = {"course_id": course, "version": 1, "course_kind": kind, "languages": ["ja", "en"],
                    "content_hash": HASH, "pass_mark": 80}  # fmt: skip
            await self._post(PROMOTION, "/v1/courses", body, course)
        handbook = {"document_id": "HANDBOOK", "version": 1, "document_kind": "HANDBOOK",
                    "effective_from": PLANNED.isoformat(), "content_hash": HASH}  # fmt: skip
        await self._post(PROMOTION, "/v1/rule-documents", handbook, "handbook")
        plan = {"campaign_id": f"TRAINING-{YEAR.label}", "fy": YEAR.label, "course_id": "SECURITY-AND-PRIVACY",
                "course_version": 1, "opens_on": OPENS.isoformat(), "due_date": DUE.isoformat()}  # fmt: skip
        await self._post(PROMOTION, "/v1/training-campaigns", plan, "training")

    async def _year(self, moment: Moment) -> int:
        students = self.script.studying.at(moment)
        await self._find(students)
        return sum(await asyncio.gather(*(self._passed(each, self.assigned.get(each)) for each in students)))

    async def _find(self, students: Iterable[str]) -> None:
        """Those that wait, as a rule; where the demo was interrupted, some of them have been taken already."""
        course = {"fy": YEAR.label, "course_id": "SECURITY-AND-PRIVACY"}
        if any(student not in self.assigned for student in students):
            self.assigned |= _by_person(await self._open(**course))
        if any(student not in self.assigned for student in students):
            self.assigned |= _by_person(await self._listed("completed", **course))

    async def _introductions(self) -> int:
        """Who came, or came to another place, does not wait."""
        waiting = [each for course in ("WELCOME", "NEW-PLACE") for each in await self._open(course_id=course)]
        return sum(await asyncio.gather(*(self._passed(each["person_id"], each["assignment_id"]) for each in waiting)))

    async def _open(self, **which: str) -> list[dict[str, Any]]:
        return await self._listed("assigned", **which) + await self._listed("overdue", **which)

    async def _listed(self, state: str, **which: str) -> list[dict[str, Any]]:
        listed = self.people.everything(OFFICE, "training", "/v1/assignments", state=state, **which)
        return [each async for each in listed]

    async def _passed(self, person: str, assignment: str | None) -> int:
        if assignment is None:
            self.refused.append(f"{person} was not assigned the course")
            return 0
        answers = sha256(f"answers/{self.script.key(assignment)}".encode()).hexdigest()
        body = {"score": PASSED, "answers_hash": answers, "seconds": 1_800}
        try:
            await self._post(LEARNING, f"/v1/assignments/{assignment}/attempts", body, assignment)
        except Refused as refused:
            self.refused.append(f"{person}: {refused}")
            return 0
        return 1

    async def _post(self, who: str, path: str, body: Mapping[str, Any], key: str) -> None:
        await self.people.post(who, "training", path, body, self.script.key(f"training/{key}"))


def _by_person(listed: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {each["person_id"]: each["assignment_id"] for each in listed}
