"""Any life of a notice: its mail goes out once or ends, and its recipient takes note of it once."""

from datetime import datetime, timedelta
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.notifier.app import SERVICE
from services.notifier.domain.notification import Queued
from services.notifier.domain.notification_commands import AcknowledgeNotification, MarkFailed
from services.notifier.tests.test_notification import DROP, INBOX, NOW, QUEUE, QUEUED, SEND
from shared.testing.life import Life, Trial, any_life

NOTICE: Final = "notification/N1"
PAUSES: Final = [1, 10, 60, 360, 1440]
"""Minutes before each further try."""


class NotificationLife(Life):
    """`post` is what became of the mail, `tries` how often the server was asked, `retry_at` when it is asked again."""

    aggregates = SERVICE.aggregates
    begins = NOW
    anew = (MarkFailed,)

    def __init__(self) -> None:
        super().__init__()
        self.post, self.tries, self.noted = "unqueued", 0, False
        self.retry_at: datetime | None = None

    @initialize(begins=st.sampled_from(["unqueued", "listed", "queued", "refused"]))
    def begin(self, begins: str) -> None:
        if begins != "unqueued":
            self.queue(mail=begins != "listed")
        if begins == "refused":
            self.refuse(451, permanent=False, times=1)

    @property
    def waits(self) -> bool:
        return self.post in {"queued", "failed"}

    def _ended(self, post: str, *, tried: int = 1) -> None:
        """Nothing is tried any more."""
        if self.waits:
            self.post, self.tries, self.retry_at = post, self.tries + tried, None

    @rule(mail=st.booleans())
    def queue(self, mail: bool) -> None:
        assert self.give(QUEUE.model_copy(update={"queued": QUEUED if mail else INBOX})) is None
        if self.post == "unqueued":
            self.post = "queued" if mail else "sent"

    @rule(
        code=st.sampled_from([451, 550, None]),
        permanent=st.sampled_from([False, False, False, True]),
        times=st.sampled_from([1, 1, 5, 6]),
    )
    def refuse(self, code: int | None, permanent: bool, times: int) -> None:
        for _ in range(times):
            self._refuse(code, permanent=permanent)

    def _refuse(self, code: int | None, *, permanent: bool) -> None:
        now = self.clock.now()
        assert self.give(MarkFailed(notification_id="N1", reply_code=code, permanent=permanent, now=now)) is None
        if not self.waits:
            return
        if permanent or self.tries == len(PAUSES):
            self._ended("dead")
        else:
            self.post, self.retry_at = "failed", now + timedelta(minutes=PAUSES[self.tries])
            self.tries += 1

    @rule(how=st.sampled_from(["sent", "dropped", None]))
    def end(self, how: str | None) -> None:
        """Seldom, so that tries are seen that are not the first."""
        if how:
            assert self.give({"sent": SEND, "dropped": DROP}[how]) is None
            self._ended(how, tried=int(how == "sent"))

    @rule(by=st.sampled_from(["P1", "P1", "P2"]))
    def take_note(self, by: str) -> None:
        refusal = self.give(AcknowledgeNotification(notification_id="N1", person_id=by))
        if self.post == "unqueued":
            assert refusal == "notification-unknown"
        else:
            assert refusal == ("not-the-recipient" if by == "P2" else None)
        self.noted = self.noted or refusal is None

    @rule(minutes=st.integers(1, 2000))
    def wait(self, minutes: int) -> None:
        self.wait_until(self.clock.now() + timedelta(minutes=minutes))

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        notice = self.state(NOTICE)
        assert isinstance(notice, Queued) == (self.post != "unqueued")
        if isinstance(notice, Queued):
            held = (notice.post, notice.attempts, notice.retry_at, notice.acknowledged)
            assert held == (self.post, self.tries, self.retry_at, self.noted)

    @invariant()
    def its_mail_has_one_end(self) -> None:
        ends = [type(each).__name__ for each in self.told(NOTICE) if getattr(each, "retry_at", None) is None]
        over = sum(each.removeprefix("Notification") in {"Sent", "Dropped", "Failed"} for each in ends)
        assert over == (self.post in {"sent", "dead", "dropped"} and self.told(NOTICE)[0] == QUEUED)


@any_life
def test_whatever_happens_to_a_notice_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(NotificationLife)
