"""From the answer to a signature until another service shows it: relay, Kafka and feed, beside a reader that polls."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from benchmarks.commands import Signing, group, two_rows
from benchmarks.contest import Contest, Contestant, seconds_of
from benchmarks.goals import Times
from benchmarks.place import Place
from daicho.embedded.ports import free_port
from daicho.programs import Program, python_service
from services.audit.app import SERVICE as AUDIT
from services.training.app import SERVICE as TRAINING
from shared.runtime.database import Pool, connect
from shared.runtime.settings import PREFIX
from shared.testing.house import House, Town

PEOPLE: Final = 25
EVERY: Final = 0.1
"""Seconds between two looks of the reader that polls."""
PAUSE: Final = (0.2, 0.3)
"""Seconds between two signatures: nobody is at work any more, and the polling reader is anywhere in its pause."""
PATIENCE: Final = 20.0
_TELL: Final = """
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('seen', split_part(NEW.subject, '/', 2)); RETURN NULL; END $$;
CREATE TRIGGER tell AFTER INSERT ON subject_history FOR EACH ROW EXECUTE FUNCTION tell();
"""
"""PostgreSQL says so itself in the moment of the commit, in which the intervals were replaced too: nobody looks."""
_VIEW: Final = "CREATE TABLE polled (position bigint PRIMARY KEY, stream text NOT NULL)"
_NEW: Final = """
INSERT INTO polled SELECT position, stream FROM event
 WHERE position > (SELECT coalesce(max(position), 0) FROM polled) RETURNING stream
"""


@asynccontextmanager
async def contests(place: Place) -> AsyncIterator[tuple[Contest, ...]]:
    """Training in this process, audit in one of its own, started before anything here could miss a heartbeat."""
    async with place.town() as town:
        with _audit(place, town) as dsn:
            async with (
                _seen(dsn) as seen,
                town.house(TRAINING) as house,
                two_rows(house.running.settings.database_url) as pg2,
            ):
                yield (await _contest(house, seen, pg2),)


async def _contest(house: House, seen: "Seen", pg2: Contestant) -> Contest:
    people = [f"P{number:04}" for number in range(PEOPLE)]
    badges = {person: {"authorization": f"Bearer {house.token(person)}"} for person in people}
    waiting = _Waiting(Signing(house.app, house.running, badges), house.running.pool, seen)
    for stream, event in group(people):
        house.hr.tell(stream, event)
    await house.settled()
    await house.running.pool.execute(_VIEW)
    polling = Contestant("polled every 100 ms", waiting.polled, waiting.asked)
    ours = Contestant("answered to visible", waiting.signed, waiting.asked)
    return Contest("latency", ours, (polling, pg2), (Times(pg2.name, "p50", 1 / 4), Times(polling.name, "p50", 5)))


@dataclass
class Seen:
    """Whose news has become visible, and when."""

    news: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    def tell(self, *heard: Any) -> None:
        """As a listener of the connection, with the person as the last word."""
        self.news[heard[-1]].set()

    def forget(self) -> None:
        self.news.clear()

    async def wait(self, person: str) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.news[person].wait()


@dataclass
class _Waiting:
    signing: Signing
    pool: Pool
    audit: Seen
    dice: random.Random = field(default_factory=lambda: random.Random(5))

    async def asked(self) -> None:
        """Audit has heard of it as well."""
        self.audit.forget()
        await self.signing.ask()
        for person in self.signing.badges:
            await self.audit.wait(person)

    async def signed(self) -> list[float]:
        return await self._each(self.audit)

    async def polled(self) -> list[float]:
        seen = Seen()
        looking = asyncio.create_task(self._look(seen))
        try:
            return await self._each(seen)
        finally:
            looking.cancel()

    async def _look(self, seen: Seen) -> None:
        while True:
            for row in await self.pool.fetch(_NEW):
                seen.tell(row["stream"].removeprefix("pledge/").partition("-")[0])
            await asyncio.sleep(EVERY)

    async def _each(self, seen: Seen) -> list[float]:
        """One signs after the other, at his leisure."""
        took = []
        for person in self.signing.badges:
            await asyncio.sleep(self.dice.uniform(*PAUSE))
            seen.forget()
            await self.signing.sign(person)
            took.append(await seconds_of(partial(seen.wait, person)))
        return took


@contextmanager
def _audit(place: Place, town: Town) -> Iterator[str]:
    """Its database's address, while it serves."""
    with town.database(AUDIT) as dsn:
        told = town.settings(dsn).model_dump(exclude_unset=True)
        port = free_port()
        environment = {f"{PREFIX}{name}".upper(): str(value) for name, value in {**told, "port": port}.items()}
        argv = [*python_service(AUDIT.name), "serve"]
        audit = Program(AUDIT.name, port, argv, "/readyz", environment, place.folder)
        audit.launch()
        try:
            audit.wait_ready()
            yield dsn
        finally:
            audit.stop()


@asynccontextmanager
async def _seen(dsn: str) -> AsyncIterator[Seen]:
    seen, connection = Seen(), await connect(dsn)
    await connection.execute(_TELL)
    await connection.add_listener("seen", seen.tell)
    try:
        yield seen
    finally:
        await connection.close()
