"""One notice, as sentences."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from services.notifier.domain.notification import NOTIFICATION, PAUSES, Post, Queued
from services.notifier.domain.notification_commands import (
    AcknowledgeNotification,
    DropNotification,
    MarkFailed,
    MarkSent,
    NotificationCommand,
    QueueNotification,
    notification_of,
)
from shared.events.notifier import (
    Channel,
    DropReason,
    NotificationAcknowledged,
    NotificationDropped,
    NotificationFailed,
    NotificationQueued,
    NotificationSent,
    NotificationTold,
    Template,
)
from shared.testing.givens import Given

given: Final = Given(NOTIFICATION)
NOW: Final = datetime(2016, 4, 1, tzinfo=UTC)
QUEUED: Final = NotificationQueued(
    notification_id="N1",
    source_event_id="e1",
    source_type="training.PledgeRequested.v1",
    matter="pledge/L1",
    template=Template.PLEDGE_REQUESTED,
    step="at-once",
    recipient_person_id="P1",
    channel=Channel.EMAIL,
)
INBOX: Final = QUEUED.model_copy(update={"channel": Channel.INBOX})
SENT: Final = NotificationSent(notification_id="N1", attempt=1)
LATER: Final = NotificationFailed(notification_id="N1", attempt=1, reply_code=451, retry_at=NOW + PAUSES[0])
DEAD: Final = NotificationFailed(notification_id="N1", attempt=1, reply_code=550)
DROPPED: Final = NotificationDropped(notification_id="N1", reason=DropReason.SETTLED)
NOTED: Final = NotificationAcknowledged(notification_id="N1", acknowledged_by="P1")
QUEUE: Final = QueueNotification(notification_id="N1", queued=QUEUED)
SEND: Final = MarkSent(notification_id="N1")
DROP: Final = DropNotification(notification_id="N1", reason=DropReason.SETTLED)
NOTE: Final = AcknowledgeNotification(notification_id="N1", person_id="P1")


def refused(code: int | None, *, permanent: bool) -> MarkFailed:
    return MarkFailed(notification_id="N1", reply_code=code, permanent=permanent, now=NOW)


def test_queueing_twice_is_queueing_once() -> None:
    given().when(QUEUE).then(QUEUED)
    given(QUEUED).when(QUEUE).then_nothing()
    given(QUEUED, SENT).when(QUEUE).then_nothing()


def test_one_notice_per_event_step_recipient_and_channel() -> None:
    same = ("e1", "T-7", "P1", "EMAIL")
    others = [("e2", "T-7", "P1", "EMAIL"), ("e1", "T-1", "P1", "EMAIL"), ("e1", "T-7", "P2", "EMAIL")]
    names = {notification_of(*each) for each in (same, same, *others, ("e1", "T-7", "P1", "INBOX"))}
    assert len(names) == 5


def test_what_is_refused_for_now_is_tried_again_and_what_is_refused_for_ever_is_dead() -> None:
    given(QUEUED).when(refused(451, permanent=False)).then(LATER)
    given(QUEUED).when(refused(550, permanent=True)).then(DEAD)


@pytest.mark.parametrize(
    ("attempt", "pause"),
    [
        (0, timedelta(minutes=1)),
        (1, timedelta(minutes=10)),
        (2, timedelta(hours=1)),
        (3, timedelta(hours=6)),
        (4, timedelta(days=1)),
    ],
)
def test_each_try_waits_longer_than_the_one_before(attempt: int, pause: timedelta) -> None:
    tries = [LATER.model_copy(update={"attempt": number + 1}) for number in range(attempt)]
    again = LATER.model_copy(update={"attempt": attempt + 1, "retry_at": NOW + pause})
    given(QUEUED, *tries).when(refused(451, permanent=False)).then(again)


def test_what_is_settled_is_dropped_before_or_between_its_tries() -> None:
    given(QUEUED).when(DROP).then(DROPPED)
    given(QUEUED, LATER).when(DROP).then(DROPPED)


@pytest.mark.parametrize(
    ("told", "post", "attempts", "retry_at"),
    [
        ((LATER,), Post.FAILED, 1, NOW + timedelta(minutes=1)),
        ((DEAD,), Post.DEAD, 1, None),
        ((LATER, SENT.model_copy(update={"attempt": 2})), Post.SENT, 2, None),
        ((LATER, DROPPED), Post.DROPPED, 1, None),
    ],
)
def test_a_mail_stands_as_was_told_of_it_last(
    told: tuple[NotificationTold, ...], post: Post, attempts: int, retry_at: datetime | None
) -> None:
    notification = NOTIFICATION.fold([QUEUED, *told])
    assert notification == Queued(QUEUED, post, attempts, retry_at)


def test_a_notice_is_decided_on_its_own_stream() -> None:
    assert {command.stream for command in (QUEUE, SEND, DROP, NOTE)} == {"notification/N1"}


def test_the_tries_come_to_an_end() -> None:
    tries = [LATER.model_copy(update={"attempt": number}) for number in range(1, len(PAUSES) + 1)]
    last = NotificationFailed(notification_id="N1", attempt=len(PAUSES) + 1, reply_code=451)
    given(QUEUED, *tries).when(refused(451, permanent=False)).then(last)


@pytest.mark.parametrize("end", [SENT, DEAD, DROPPED])
@pytest.mark.parametrize("command", [SEND, DROP, refused(451, permanent=False)])
def test_what_is_done_with_is_not_sent_again(end: NotificationTold, command: NotificationCommand) -> None:
    given(QUEUED, end).when(command).then_nothing()


@pytest.mark.parametrize("command", [SEND, DROP])
def test_a_notice_for_the_list_has_no_mail(command: NotificationCommand) -> None:
    given(INBOX).when(command).then_nothing()


def test_a_mail_goes_out_also_when_its_notice_was_read_before() -> None:
    given(QUEUED, NOTED).when(SEND).then(SENT)


@pytest.mark.parametrize("before", [QUEUED, INBOX])
def test_the_recipient_takes_note_once(before: NotificationQueued) -> None:
    given(before).when(NOTE).then(NOTED)
    given(before, NOTED).when(NOTE).then_nothing()


def test_nobody_else_takes_note_of_it() -> None:
    somebody = AcknowledgeNotification(notification_id="N1", person_id="P2")
    given(QUEUED).when(somebody).then_rejected("not-the-recipient")
    given().when(NOTE).then_rejected("notification-unknown")
