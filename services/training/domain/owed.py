"""What a pledge and a course have in common: whoever owes one is late by the calendar, and lapses by it (T08, T09).

Pure.
"""

from datetime import date

from services.training.domain.assignment_commands import LapseTraining, MarkTrainingOverdue
from services.training.domain.pledge_commands import LapsePledge, MarkPledgeOverdue
from shared.decider import Timer
from shared.law.calendar import ONE_DAY, five_past_midnight


def overdue_timer(command: MarkPledgeOverdue | MarkTrainingOverdue) -> Timer:
    """The day after the due date; each new due date has its own."""
    return Timer(five_past_midnight(command.due_date + ONE_DAY), command, command.due_date.isoformat())


def lapse_timer(command: LapsePledge | LapseTraining, period_end: date) -> Timer:
    """The day after the period, once."""
    return Timer(five_past_midnight(period_end + ONE_DAY), command, "lapse")
