"""Exactly one mail per event, step and recipient, to whom it concerns at that moment; through a real mail server."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest

from services.notifier.sender import BATCH, Sender
from services.notifier.smtp import mail_server_of
from services.notifier.tests.house import Post, hire, japan, transfer
from services.notifier.tests.words import (
    contact_point_informed,
    incident_reported,
    inspection_due,
    inspection_scheduled,
    pledge_requested,
    pledge_withdrawn,
    supervisor_informed,
)
from shared.runtime.database import Connection
from shared.runtime.writing.origin import Given

pytestmark = pytest.mark.stack
MORNING_OF_T_14 = japan(date(2016, 4, 18))
"""30 April is a Saturday, and so is the 16th: the reminder comes on Monday."""


async def test_an_event_told_twice_is_one_mail_and_a_later_step_another(post: Post) -> None:
    hire(post, "KEEPER")
    await post.settled()
    post.tell("ledger", "inspection/S1/REG-1", inspection_due("S1", "KEEPER"), twice=True)
    await post.settled()
    assert len(post.mails("KEEPER")) == 1
    await post.until(MORNING_OF_T_14)
    assert len(post.mails("KEEPER")) == 2
    assert await post.events("NotificationQueued") == await post.events("NotificationSent") == 2


async def test_a_report_is_told_to_supervisor_and_contact_point_at_once_and_once(post: Post) -> None:
    post.house.clock.set(japan(date(2016, 4, 3), hour=3))
    post.tell("incidents", "incident/I1", incident_reported("I1"), twice=True)
    post.tell("incidents", "incident/I1", supervisor_informed("I1", "MANAGER"), twice=True)
    post.tell("incidents", "incident/I1", contact_point_informed("I1", "CONTACT-POINT"), twice=True)
    await post.settled()
    assert Counter(str(mail["To"]) for mail in post.mails()) == {
        "manager@example.com": 1,
        "contact-point@example.com": 1,
    }
    assert "20160401-0A1B2C" in post.subjects("MANAGER")[0]


async def test_a_transferred_custodian_gets_nothing_and_the_new_one_does(post: Post) -> None:
    hire(post, "OLD")
    hire(post, "NEW")
    await post.settled()
    post.tell("ledger", "inspection/S1/REG-1", inspection_due("S1", "OLD"))
    await post.settled()
    transfer(post, "OLD", "C01-D08", date(2016, 4, 10))
    post.tell("ledger", "inspection/S1/REG-1", inspection_scheduled("S1", "NEW"))
    await post.until(MORNING_OF_T_14)
    assert (len(post.mails("OLD")), len(post.mails("NEW"))) == (1, 1)


async def test_where_nobody_is_in_charge_any_more_the_divisional_manager_is_told(post: Post) -> None:
    hire(post, "OLD")
    await post.settled()
    post.tell("ledger", "inspection/S1/REG-1", inspection_due("S1", "OLD"))
    await post.settled()
    transfer(post, "OLD", "C01-D08", date(2016, 4, 10))
    await post.settled()
    await post.until(MORNING_OF_T_14)
    assert (len(post.mails("OLD")), len(post.mails("MANAGER"))) == (1, 1)


async def test_news_of_a_transfer_that_comes_after_the_step_still_comes_before_the_mail(post: Post) -> None:
    hire(post, "OLD")
    await post.settled()
    post.catcher.stop()
    post.tell("ledger", "inspection/S1/REG-1", inspection_due("S1", "OLD"))
    await post.settled(mails=False)
    post.house.clock.set(japan(date(2016, 4, 2)))
    transfer(post, "OLD", "C01-D08", date(2016, 4, 2))
    await post.settled(mails=False)
    await post.catcher.start(post.port)
    await post.settled()
    assert (len(post.mails("OLD")), len(post.mails("MANAGER"))) == (0, 1)
    reasons = await post.house.fetch("SELECT person_id, state FROM notifications ORDER BY person_id")
    assert [tuple(row) for row in reasons] == [("MANAGER", "sent"), ("OLD", "dropped")]


async def test_what_is_settled_before_its_mail_went_out_is_not_sent(post: Post) -> None:
    hire(post, "QUICK")
    await post.settled()
    post.catcher.stop()
    post.tell("training", "pledge/L-QUICK", pledge_requested("QUICK"))
    await post.settled(mails=False)
    post.tell("training", "pledge/L-QUICK", pledge_withdrawn("QUICK"))
    await post.settled(mails=False)
    await post.catcher.start(post.port)
    await post.settled()
    assert post.mails() == []


async def test_an_incident_does_not_wait_behind_a_campaign(post: Post) -> None:
    for person in ("P1", "P2", "P3"):
        hire(post, person)
    await post.settled()
    post.catcher.stop()
    for person in ("P1", "P2", "P3"):
        post.tell("training", f"pledge/L-{person}", pledge_requested(person))
    await post.settled(mails=False)
    post.tell("incidents", "incident/I1", incident_reported("I1"))
    post.tell("incidents", "incident/I1", supervisor_informed("I1", "MANAGER"))
    await post.settled(mails=False)
    await post.catcher.start(post.port)
    await post.settled()
    assert str(post.mails()[0]["To"]) == "manager@example.com"
    assert len(post.mails()) == 4


async def test_while_the_mail_server_is_down_nothing_fails_and_afterwards_all_is_sent_in_order(post: Post) -> None:
    people = [f"P{number:02}" for number in range(30)]
    for person in people:
        hire(post, person)
    await post.settled()
    post.catcher.stop()
    for person in people:
        post.tell("training", f"pledge/L-{person}", pledge_requested(person))
        post.house.clock.set(post.house.clock.now().replace(microsecond=int(person[1:]) + 1))
    await post.settled(mails=False)
    assert post.mails() == []
    await post.catcher.start(post.port)
    await post.settled()
    assert [str(mail["To"]) for mail in post.mails()] == [f"{person.lower()}@example.com" for person in people]
    assert await post.events("NotificationFailed") == 0


async def test_what_is_refused_for_ever_is_dead_and_what_is_refused_for_now_is_tried_again(post: Post) -> None:
    for person in ("NEVER", "LATER", "FINE"):
        hire(post, person)
    await post.settled()
    post.catcher.refusals = {"never@example.com": "550 no such mailbox", "later@example.com": "451 try again"}
    for person in ("NEVER", "LATER", "FINE"):
        post.tell("training", f"pledge/L-{person}", pledge_requested(person))
    await post.settled()
    assert [str(mail["To"]) for mail in post.mails()] == ["fine@example.com"]
    states = await post.house.fetch("SELECT person_id, state FROM notifications ORDER BY person_id")
    assert [tuple(row) for row in states] == [("FINE", "sent"), ("LATER", "failed"), ("NEVER", "dead")]
    post.catcher.refusals = {}
    await post.until(japan(date(2016, 4, 1), hour=10))
    assert (len(post.mails("LATER")), len(post.mails("NEVER"))) == (1, 0)


async def test_who_was_erased_before_his_mail_went_out_gets_none(post: Post) -> None:
    hire(post, "GONE")
    await post.settled()
    post.catcher.stop()
    post.tell("training", "pledge/L-GONE", pledge_requested("GONE"))
    await post.settled(mails=False)
    post.contact("GONE", erased=True)
    await post.knows("GONE", address=False)
    await post.catcher.start(post.port)
    await post.settled()
    assert post.mails("GONE") == []
    assert await post.house.value("SELECT state FROM notifications") == "dropped"


async def test_who_has_no_address_finds_the_notice_in_his_list(post: Post) -> None:
    hire(post, "PAPER", reachable=False)
    await post.settled()
    post.tell("training", "pledge/L-PAPER", pledge_requested("PAPER"))
    await post.settled()
    assert post.mails() == []
    assert [tuple(row) for row in await post.house.fetch("SELECT channel, state FROM notifications")] == [
        ("INBOX", "sent")
    ]


async def test_two_senders_send_nothing_twice(post: Post) -> None:
    people = [f"P{number:03}" for number in range(120)]
    for person in people:
        hire(post, person)
    await post.settled()
    server = mail_server_of(post.house.running.settings)
    assert server is not None
    second = asyncio.create_task(Sender(post.house.running, server).run())
    for person in people:
        post.tell("training", f"pledge/L-{person}", pledge_requested(person))
    await post.settled()
    second.cancel()
    assert Counter(str(mail["Message-ID"]) for mail in post.mails()).most_common(1)[0][1] == 1
    assert len(post.mails()) == len(people)


async def test_who_is_killed_while_sending_sends_at_most_a_batch_again_under_the_same_id(post: Post) -> None:
    people = [f"P{number:03}" for number in range(120)]
    for person in people:
        hire(post, person)
    await post.settled()
    killed = _Killed()
    for person in people:
        post.tell("training", f"pledge/L-{person}", pledge_requested(person))
    await post.settled()
    killed.undo()
    times = Counter(str(mail["Message-ID"]) for mail in post.mails())
    assert len(times) == len(people)
    assert 0 < sum(times.values()) - len(people) <= BATCH
    assert await post.events("NotificationSent") == len(people)


class _Killed:
    """The sender ends once between the server's "taken" and the record, as if it was killed there."""

    def __init__(self) -> None:
        self._patch = pytest.MonkeyPatch()
        record = Sender._record

        async def die(sender: Sender, connection: Connection, outcomes: Sequence[Given]) -> None:
            if outcomes:
                self._patch.undo()
                raise RuntimeError("killed")
            await record(sender, connection, outcomes)

        self._patch.setattr(Sender, "_record", die)

    def undo(self) -> None:
        self._patch.undo()
