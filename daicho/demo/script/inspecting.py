"""Who inspects when, and which slips must therefore be found overdue. Plain Python, no service."""

from datetime import date, timedelta
from typing import Final

from daicho.demo.script.holdings import Holding, Holdings
from daicho.demo.script.moments import YEAR, Calendar, Moment
from daicho.demo.script.places import Place
from daicho.personas import PERSONAS
from shared.events.ledger import Priority
from shared.law.calendar import add_months

OUT_OF_TURN: Final = date(2016, 6, 20)
"""When what leaked is inspected."""
CAUGHT_UP: Final = date(2016, 11, 1)
"""When the bad division inspects at last what it should have inspected by September."""
INSPECTING: Final = (
    OUT_OF_TURN,
    *(date(2016, month, day) for month, day in ((8, 31), (9, 15), (10, 7), (11, 1), (12, 5))),
    *(date(2017, month, day) for month, day in ((1, 10), (2, 15), (2, 28), (3, 15))),
)
"""When whatever is due is inspected, unless it is the bad division's."""
STAND_IN: Final = PERSONAS["pi_manager"].person_id
"""Inspects where nobody is in charge any more."""
_LEAD: Final = timedelta(days=30)


def inspects(calendar: Calendar, place: Place, moment: Moment, bad: Place | None) -> bool:
    """Whether the people of a place inspect at a moment what is due then."""
    inspecting = any(calendar.on(day) == moment for day in INSPECTING)
    return inspecting and (place != bad or calendar.on(CAUGHT_UP) == moment)


def overdue_in_year(holdings: Holdings, priority: Priority) -> set[str]:
    """The slips of that priority whose first inspection fell due within the year and was not done in time."""
    return {each.slip_id for each in holdings.all if each.place == holdings.bad and _missed(holdings, each, priority)}


def _missed(holdings: Holdings, holding: Holding, priority: Priority) -> bool:
    due = add_months(holdings.moment_of(holding).day, 6 if priority is Priority.HIGH else 12)
    in_time = due - _LEAD <= holdings.calendar.on(CAUGHT_UP).day <= due
    return holding.priority is priority and due <= YEAR.end and not in_time
