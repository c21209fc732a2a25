"""Notifier at work in this process, on a real database, a real Kafka and a real mail server; and a group around it."""

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from daicho.embedded.mail_catcher import Catcher, mails_in
from daicho.embedded.parts import Parts
from services.notifier.app import SERVICE
from shared.events.base import DomainEvent
from shared.events.codec import Recorded, encode
from shared.events.hr import (
    CompanyJoinedGroup,
    Contact,
    EmployeeHired,
    EmployeeTransferred,
    OrgUnitCreated,
    PersonKind,
    Place,
    Role,
    RoleAppointed,
    RoleScope,
    TransferKind,
    UnitKind,
)
from shared.events.topics import HR, HR_CONTACTS, INCIDENTS, LEDGER, TRAINING, Topic
from shared.law.calendar import start_of_day
from shared.testing import house
from shared.testing.house import House, eventually
from shared.testing.stack import Templates

LONG_AGO: Final = date(2010, 4, 1)
SYSTEM: Final = "client/dashboard"
SEATS: Final[dict[str, tuple[Role, dict[str, str]]]] = {
    "MANAGER": (Role.DIV_MANAGER, {"org_unit_id": "C01-D07"}),
    "OTHER-MANAGER": (Role.DIV_MANAGER, {"org_unit_id": "C01-D08"}),
    "PROMOTER": (Role.PROMOTER, {"org_unit_id": "C01-D07"}),
    "CONTACT-POINT": (Role.CONTACT_POINT, {}),
    "PPOM": (Role.PPOM, {"company_id": "C01"}),
    "OFFICE": (Role.PIP_OFFICE, {"company_id": "C01"}),
    "OTHER-OFFICE": (Role.PIP_OFFICE, {"company_id": "C02"}),
    "GROUP-OFFICE": (Role.PIP_OFFICE, {}),
    "PIPA": (Role.PIPA, {"company_id": "C01"}),
    "CISO": (Role.CISO_OFFICE, {}),
}
PRODUCERS: Final[Mapping[str, Topic]] = {"ledger": LEDGER, "incidents": INCIDENTS, "training": TRAINING}


@dataclass
class Post:
    """The house, its mail server, and the other services as somebody else's producers."""

    house: House
    catcher: Catcher
    folder: Path
    port: int
    versions: dict[str, int] = field(default_factory=dict)

    def tell(self, service: str, stream: str, event: DomainEvent, *, twice: bool = False) -> str:
        """An event of another service, as it is recorded now; its id."""
        now, told = self.house.clock.now(), str(uuid.uuid4())
        self.versions[stream] = self.versions.get(stream, 0) + 1
        recorded = Recorded(told, f"/{service}", stream, self.versions[stream], now, now, event, actor="system/test")
        for _ in range(2 if twice else 1):
            topic = self.house.prefix + PRODUCERS[service].name
            self.house.hr.producer.produce(topic, key=stream, value=encode(recorded))
        self.house.hr.flush()
        return told

    def hr(self, stream: str, event: DomainEvent) -> None:
        self.house.hr.tell(stream, event)

    def contact(self, person: str, *, erased: bool = False, **changes: str) -> None:
        given = {"name": f"見本 {person}", "name_kana": "ミホン", "email": address(person), "locale": "ja"} | changes
        value = None if erased else Contact.model_validate(given).model_dump_json().encode()
        self.house.hr.producer.produce(self.house.prefix + HR_CONTACTS.name, key=person, value=value)
        self.house.hr.flush()

    async def knows(self, person: str, *, address: bool = True) -> None:
        async def known() -> bool:
            found = await self.house.value("SELECT count(*) FROM contact WHERE person_id = $1", person)
            return bool(found) is address

        await eventually(known)

    async def until(self, instant: datetime) -> None:
        """What was told before is known before time goes on."""
        await self.settled(mails=False)
        self.house.clock.set(instant)
        await self.settled()

    async def settled(self, *, mails: bool = True) -> None:
        """Everything told is read, everything due fired and published, and every mail that can be sent is sent."""
        async with _ends(self.house) as ends:

            async def still() -> bool:
                reached = await ends()
                return await self._idle(mails=mails) and await _read_to(self.house, reached) and await ends() == reached

            await eventually(still, within=40)

    async def _idle(self, *, mails: bool) -> bool:
        now = self.house.clock.now()
        waiting = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM due WHERE at <= $1)"
        queued = "SELECT count(*) FROM mails WHERE not_before <= $1"
        if await self.house.value(waiting, now):
            return False
        return not mails or not await self.house.value(queued, now)

    def mails(self, person: str | None = None) -> list[EmailMessage]:
        """What came, in order; to one person."""
        return [mail for mail in mails_in(self.folder) if person is None or address(person) in str(mail["To"])]

    def subjects(self, person: str) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails(person)]

    async def events(self, kind: str) -> int:
        return int(await self.house.value("SELECT count(*) FROM event WHERE type = $1", f"notifier.{kind}.v1"))


def address(person: str) -> str:
    return f"{person.lower()}@example.com"


@asynccontextmanager
async def open_post(
    parts: Parts, templates: Templates, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Post]:
    catcher = Catcher(folder / "mails")
    port = await catcher.start()
    monkeypatch.setenv("DAICHO_SMTP_URL", f"smtp://127.0.0.1:{port}")
    async with house.open_house(SERVICE, parts, templates, folder) as opened:
        post = Post(opened, catcher, folder / "mails", port)
        await _open_group(post)
        yield post
    catcher.stop()


async def _open_group(post: Post) -> None:
    """Two companies, four units one of which is below another, and everybody who is told of something."""
    for company in ("C01", "C02"):
        event = CompanyJoinedGroup(
            company_id=company, name=company, country="JP", domestic=True, effective_date=LONG_AGO
        )
        post.hr(f"company/{company}", event)
    for unit, parent in (("C01-D07", None), ("C01-D07-S1", "C01-D07"), ("C01-D08", None), ("C02-D01", None)):
        post.hr(f"unit/{unit}", _unit(unit, parent))
    for person, (role, scope) in SEATS.items():
        hire(post, person, scope.get("org_unit_id", "C01-D08"))
        appoint(post, person, role, **scope)
    system = RoleAppointed(client_id="dashboard", role=Role.INTERNAL_SYSTEM, scope=RoleScope(), effective_date=LONG_AGO)
    post.hr(SYSTEM, system)
    await post.settled()


def hire(post: Post, person: str, unit: str = "C01-D07", *, reachable: bool = True) -> None:
    event = EmployeeHired(
        person_id=person,
        person_kind=PersonKind.EMPLOYEE,
        employer_company_id=unit[:3],
        org_unit_id=unit,
        effective_date=LONG_AGO,
    )
    post.hr(f"person/{person}", event)
    if reachable:
        post.contact(person)


def appoint(post: Post, person: str, role: Role, **scope: str) -> None:
    event = RoleAppointed(person_id=person, role=role, scope=RoleScope(**scope), effective_date=LONG_AGO)  # type: ignore[arg-type]
    post.hr(f"person/{person}", event)


def transfer(post: Post, person: str, unit: str, day: date) -> None:
    origin = Place(company_id="C01", org_unit_id="C01-D07")
    there = Place(company_id=unit[:3], org_unit_id=unit)
    event = EmployeeTransferred(
        person_id=person, origin=origin, to=there, effective_date=day, kind=TransferKind.TRANSFER
    )
    post.hr(f"person/{person}", event)


def _unit(unit: str, parent: str | None) -> OrgUnitCreated:
    return OrgUnitCreated(
        org_unit_id=unit,
        company_id=unit[:3],
        parent_id=parent,
        kind=UnitKind.DIVISION,
        name=unit,
        effective_date=LONG_AGO,
    )


@asynccontextmanager
async def _ends(opened: House) -> AsyncIterator[Any]:
    consumer = AIOKafkaConsumer(bootstrap_servers=opened.kafka)
    await consumer.start()
    topics = (HR, LEDGER, INCIDENTS, TRAINING, *(t for view in SERVICE.views for t in view.topics))
    places = [
        TopicPartition(opened.prefix + topic.name, number)
        for topic in dict.fromkeys(topics)
        for number in range(topic.partitions)
    ]

    async def ends() -> dict[tuple[str, int], int]:
        found = await consumer.end_offsets(places)
        return {(place.topic, place.partition): end for place, end in found.items()}

    try:
        yield ends
    finally:
        await consumer.stop()


async def _read_to(opened: House, ends: Mapping[tuple[str, int], int]) -> bool:
    rows = await opened.fetch("SELECT subscription, topic, partition, next FROM subscription_offset")
    reached = {(row["subscription"], row["topic"], row["partition"]): row["next"] for row in rows}
    return all(
        reached.get((each.name, topic, partition), -1) >= end
        for each in opened.running.subscriptions.values()
        for (topic, partition), end in ends.items()
        if topic in {opened.prefix + read.name for read in each.topics}
    )


def japan(day: date, hour: int = 9) -> datetime:
    return start_of_day(day) + timedelta(hours=hour)
