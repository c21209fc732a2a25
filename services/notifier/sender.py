"""Sends the mails that are queued, in order, and records what became of each.

Any number of replicas run and one sends at a time, by an advisory lock of the very connection that records. Who dies
between the server's "taken" and the record sends those few mails again, at most one batch, under the same Message-ID.
A server that is down is nobody's failure: the sender waits, longer each time, and goes on where it was.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import structlog
from prometheus_client import Counter, Gauge

from services.notifier.domain.ladder import INFORMING, TO_WHOM_IS_IN_CHARGE
from services.notifier.domain.notification import NOTIFICATION, Queued
from services.notifier.domain.notification_commands import (
    DropNotification,
    MarkFailed,
    MarkSent,
    OfNotification,
    QueueNotification,
)
from services.notifier.domain.recipients import Concern, Recipient
from services.notifier.known import Known, Wanted, look_up
from services.notifier.reactions import again, concern_of, perform, waits
from services.notifier.smtp import Letter, MailServer, Postman, Refused, Unreachable, mail_server_of
from services.notifier.templates import written
from shared.events.codec import Recorded
from shared.events.notifier import DropReason, NotificationQueued
from shared.runtime.database import CONNECTION_LOST, Connection, alone, borrow
from shared.runtime.service import Running, Worker
from shared.runtime.writing.event_store import Conflict, load_many
from shared.runtime.writing.origin import Given, origin_of

LOCK: Final = 0xDA1C_0003
BATCH: Final = 50
"""So many mails at most are sent twice after a crash."""
POLL: Final = 0.05
PAUSES: Final = (0.2, 1.0, 5.0, 15.0, 30.0)
"""Seconds before each further look at a server that is down; the last one goes on for ever."""
MEASURE_SECONDS: Final = 5.0
ATTEMPTS: Final = 5

MAILS: Final = Counter("daicho_mails_total", "Mails by what was recorded of them", ["outcome"])
QUEUED: Final = Gauge("daicho_mails_queued", "Mails still to be sent, those that wait for another try included")
DEAD: Final = Gauge("daicho_mails_dead", "Mails that the server refused for good, or too often")
DOWN: Final = Gauge("daicho_mail_server_down", "1 while the mail server can not be reached")
log = structlog.get_logger()

_TAKE: Final = """
SELECT notification_id, not_before FROM mails WHERE not_before <= $1 ORDER BY later, queued_at, notification_id LIMIT $2
"""
_CONTACTS: Final = "SELECT person_id, name, email, locale FROM contact WHERE person_id = ANY($1::text[])"
_COUNTS: Final = """
SELECT (SELECT count(*) FROM mails) AS queued, (SELECT count(*) FROM notifications WHERE state = 'dead') AS dead
"""


Turn = tuple[str, datetime]
"""A mail, and from when on it may be tried: a later try of the same mail is another turn."""


@dataclass(frozen=True)
class Mail:
    """A mail whose turn has come: what was queued, by which event."""

    turn: Turn
    queued: NotificationQueued
    because: Recorded


def workers(running: Running) -> Mapping[str, Worker]:
    """A service that could send no mail does not start in production. Raises SmtpMissing."""
    server = mail_server_of(running.settings)
    if server is None:
        log.warning("no_mail_server", environment=running.settings.environment)
        return {}
    return {"sender": Sender(running, server).run, "mail-gauges": lambda: measure_for_ever(running)}


class Sender:
    def __init__(self, running: Running, server: MailServer) -> None:
        self._running = running
        self._postman = Postman(server)
        self._links = server.links
        self._recorded: set[Turn] = set()
        """Turns that are done with, while the list does not know yet."""
        self._down = 0

    async def run(self) -> None:
        """Send for ever; without the database there is nothing to send, so wait for it."""
        try:
            while True:
                try:
                    await self._stand()
                except CONNECTION_LOST:
                    log.warning("sender_lost_its_database", exc_info=True)
                    await asyncio.sleep(POLL)
        finally:
            self._postman.hang_up()

    async def _stand(self) -> None:
        """Send while nobody else does: the lock is held by the very connection that records what was sent."""
        async with alone(self._running.settings.database_url, LOCK, poll=POLL) as connection:
            while True:
                if not await self.send(connection) or self._down:
                    await asyncio.sleep(PAUSES[min(self._down, len(PAUSES)) - 1] if self._down else POLL)

    async def send(self, connection: Connection) -> int:
        """One batch; how many mails are done with."""
        mails = await self._take(connection)
        outcomes = await self._outcomes(connection, mails) if mails else []
        await self._record(connection, [given for each in outcomes for given in each])
        self._recorded |= {mail.turn for mail, _ in zip(mails, outcomes, strict=False)}
        return len(outcomes)

    async def _take(self, connection: Connection) -> list[Mail]:
        """The next in line; the list may be a moment behind, their own streams are not."""
        now = self._running.clock.now()
        rows = await connection.fetch(_TAKE, now, BATCH + len(self._recorded))
        turns = [(row["notification_id"], row["not_before"]) for row in rows]
        self._recorded &= set(turns)
        fresh = {name: (name, at) for name, at in turns if (name, at) not in self._recorded}
        streams = await load_many(connection, [f"notification/{name}" for name in list(fresh)[:BATCH]])
        found = (_waiting(events, fresh[stream.partition("/")[2]], now) for stream, events in streams.items())
        return [mail for mail in found if mail]

    async def _outcomes(self, connection: Connection, mails: Sequence[Mail]) -> list[list[Given]]:
        """What became of each and what follows, up to where the server went away."""
        known = await look_up(connection, _wanted(mails))
        people = [mail.queued.recipient_person_id for mail in mails]
        contacts: dict[str, Mapping[str, str]] = {
            row["person_id"]: dict(row) for row in await connection.fetch(_CONTACTS, people)
        }
        outcomes: list[list[Given]] = []
        try:
            for mail in mails:
                outcome = await self._outcome(mail, known, contacts.get(mail.queued.recipient_person_id))
                origin = origin_of(mail.because, self._running.service.name)
                outcomes.append([Given(each, origin) for each in (outcome, *self._instead(mail, outcome, known))])
            self._up()
        except Unreachable as unreachable:
            self._down += 1
            DOWN.set(1)
            log.warning("mail_server_unreachable", failures=self._down, reason=str(unreachable))
        return outcomes

    async def _outcome(self, mail: Mail, known: Known, contact: Mapping[str, str] | None) -> OfNotification:
        """Looked at once more at the very last moment: he may have left, it may be settled, he may be erased."""
        queued = mail.queued
        name, now = queued.notification_id, self._running.clock.now()
        reason = _needless(queued, known, self._running.clock.today())
        if reason is None and contact is None:
            reason = DropReason.UNREACHABLE
        if reason is not None or contact is None:
            return _dropped(queued, reason or DropReason.UNREACHABLE)
        subject, text = written(queued, contact["name"], contact["locale"], self._links)
        try:
            await self._postman.deliver(Letter(name, contact["email"], subject, text))
        except Refused as refused:
            return MarkFailed(notification_id=name, reply_code=refused.code, permanent=refused.permanent, now=now)
        return MarkSent(notification_id=name)

    def _instead(self, mail: Mail, outcome: OfNotification, known: Known) -> Sequence[QueueNotification]:
        """News of a transfer may come after the step was taken: whoever is in charge now is told in his place."""
        step = again(mail.queued)
        if outcome != _dropped(mail.queued, DropReason.NO_LONGER_RECIPIENT) or step is None:
            return ()
        told = perform(step, known, self._running.clock.today())
        return [command for command in told if isinstance(command, QueueNotification)]

    async def _record(self, connection: Connection, outcomes: Sequence[Given]) -> None:
        """Whoever takes note of a notice meanwhile moves its stream on: decide again, and never send again."""
        for attempt in range(ATTEMPTS if outcomes else 0):
            try:
                async with connection.transaction():
                    await self._running.commands.dispatch(connection, outcomes)
                break
            except Conflict:
                if attempt == ATTEMPTS - 1:
                    raise
        for given in outcomes:
            MAILS.labels(type(given.command).__name__).inc()
        if outcomes:
            self._running.relay.wake()

    def _up(self) -> None:
        if self._down:
            log.info("mail_server_reached", failures=self._down)
        self._down = 0
        DOWN.set(0)


async def measure_for_ever(running: Running) -> None:
    """Each replica tells the same numbers."""
    while True:
        async with borrow(running.pool) as connection:
            row = await connection.fetchrow(_COUNTS)
        QUEUED.set(row["queued"] if row else 0)
        DEAD.set(row["dead"] if row else 0)
        await asyncio.sleep(MEASURE_SECONDS)


def _waiting(events: Sequence[Recorded], turn: Turn, now: datetime) -> Mail | None:
    state = NOTIFICATION.fold(recorded.event for recorded in events)  # type: ignore[misc]
    if not isinstance(state, Queued) or not state.waits or (state.retry_at is not None and state.retry_at > now):
        return None
    return Mail(turn, state.queued, events[0])


def _dropped(queued: NotificationQueued, reason: DropReason) -> DropNotification:
    return DropNotification(notification_id=queued.notification_id, reason=reason)


def _wanted(mails: Sequence[Mail]) -> Wanted:
    return Wanted(
        matters=frozenset(_matter(mail.queued) for mail in mails),
        people=frozenset(mail.queued.recipient_person_id for mail in mails),
        seats=any(mail.queued.as_role or mail.queued.template in TO_WHOM_IS_IN_CHARGE for mail in mails),
    )


def _matter(queued: NotificationQueued) -> str:
    return f"obligation/{queued.item}" if queued.item else queued.matter


def _needless(queued: NotificationQueued, known: Known, today: date) -> DropReason | None:
    """Why a mail need not be sent any more."""
    matter = known.matters.get(_matter(queued))
    parent = known.parent(matter) if matter else None
    together = queued.matter.startswith("unit/")
    if queued.template not in INFORMING and not together and (matter is None or not waits(matter, parent)):
        return DropReason.SETTLED
    concern = concern_of(matter, parent) if matter else Concern(None, queued.company_id, queued.org_unit_id)
    told = Recipient(queued.recipient_person_id, queued.as_role)
    in_charge = queued.template in TO_WHOM_IS_IN_CHARGE
    if not known.staffing(today).still(told, concern, in_charge=in_charge):
        return DropReason.NO_LONGER_RECIPIENT
    return None
