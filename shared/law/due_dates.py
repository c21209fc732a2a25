"""By when somebody has done what is asked of him: training asks by it, audit judges by it. A due date is a good day."""

from datetime import date, timedelta
from typing import Protocol


class Owed(Protocol):
    """What is due on a day, and can be made good until its period ends."""

    @property
    def due_date(self) -> date: ...
    @property
    def period_end(self) -> date: ...


class Opening(Owed, Protocol):
    """What everybody owes from the day on which it opens."""

    @property
    def opens_on(self) -> date: ...


def due_by(opening: Opening, since: date, grace: timedelta) -> date:
    """Who was there when it opened has until its due date; who came later, the grace if that is later."""
    if since <= opening.opens_on:
        return opening.due_date
    return put_off(opening, since + grace)


def put_off(owed: Owed, to: date) -> date:
    """To a later day, never to an earlier one, and at the latest to the end of the period."""
    return min(max(owed.due_date, to), owed.period_end)
