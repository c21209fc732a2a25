"""What happened outside and is entered later: when it happened, and why it comes so late. Pure."""

from datetime import date, datetime, timedelta
from typing import Final

from shared.decider import Rejected
from shared.law.calendar import business_date
from shared.law.rule_pack import STANDARD

LATE: Final = timedelta(days=STANDARD.days("entry.backdated_after"))
"""Until so many days after it happened nobody is asked why."""


class LateEntry:
    """Mixed into commands that enter outside facts: `time` is when it happened, `now` when it is entered.

    What is decided, approved or signed here happens when it is sent, and is never entered late.
    """

    time: datetime
    now: datetime
    late_reason: object
    """Whatever says why, in the event's own form; None where nothing does."""

    @property
    def on(self) -> date:
        """The day it happened, in Japan."""
        return business_date(self.time)

    def backdated(self) -> bool:
        """Whether it is entered more than thirty days late. Raises Rejected for the future, and for no reason."""
        if self.time > self.now:
            raise Rejected("what has not happened yet can not be entered", "entry-in-the-future")
        late = business_date(self.now) - self.on > LATE
        if late and self.late_reason is None:
            raise Rejected(f"entered more than {LATE.days} days late: `late_reason` must say why", "late-entry")
        return late
