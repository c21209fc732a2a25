"""What falls due again after it was withdrawn or suspended is overdue again, even by the same due date."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from daicho.embedded.parts import Parts
from services.training.domain.assignment_commands import ResumeTraining, SuspendTraining, WithdrawTraining
from services.training.domain.pledge_commands import ResumePledge, SuspendPledge, WithdrawPledge
from services.training.tests.course_words import ASSIGN
from services.training.tests.house import House, open_house
from services.training.tests.test_api import events_of, told_of
from services.training.tests.words import REQUEST
from shared.decider import Command
from shared.law.calendar import five_past_midnight
from shared.runtime.database import transaction
from shared.runtime.writing.origin import Given, Origin
from shared.testing.house import MORNING
from shared.testing.stack import Templates

pytestmark = pytest.mark.stack
NAMES = {"pledge_id": REQUEST.pledge_id}
FIRST = ["PledgeRequested", "PledgeOverdue"]


@pytest.fixture
async def house(parts: Parts, templates: Templates, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(parts, templates, tmp_path) as opened:
        yield opened


ASSIGNMENT: Final = f"assignment/{ASSIGN.assignment_id}"
COURSE: Final = {"assignment_id": ASSIGN.assignment_id}


async def _give(house: House, *commands: Command) -> None:
    async with transaction(house.running.pool) as connection:
        await house.running.commands.dispatch(connection, [Given(each, Origin("test")) for each in commands])
    await house.settled()


async def test_a_pledge_that_is_asked_for_again_or_resumed_by_the_same_due_date_is_overdue_again(house: House) -> None:
    assert house.clock.now() == MORNING
    house.clock.set(five_past_midnight(REQUEST.due_date + timedelta(days=1)))
    await _give(house, REQUEST)
    assert await events_of(house, REQUEST.pledge_id) == FIRST
    await _give(house, SuspendPledge(**NAMES), ResumePledge(**NAMES, due_date=REQUEST.due_date))
    resumed = [*FIRST, "PledgeSuspended", "PledgeResumed", "PledgeOverdue"]
    assert await events_of(house, REQUEST.pledge_id) == resumed
    await _give(house, WithdrawPledge(**NAMES), REQUEST)
    assert await events_of(house, REQUEST.pledge_id) == [*resumed, "PledgeWithdrawn", *FIRST]


async def test_a_course_that_is_assigned_again_or_resumed_by_the_same_due_date_is_overdue_again(house: House) -> None:
    house.clock.set(five_past_midnight(ASSIGN.due_date + timedelta(days=1)))
    await _give(house, ASSIGN)
    assert await told_of(house, ASSIGNMENT) == ["TrainingAssigned", "TrainingOverdue"]
    await _give(house, SuspendTraining(**COURSE), ResumeTraining(**COURSE, due_date=ASSIGN.due_date))
    assert (await told_of(house, ASSIGNMENT))[2:] == ["TrainingSuspended", "TrainingResumed", "TrainingOverdue"]
    await _give(house, WithdrawTraining(**COURSE), ASSIGN)
    assert (await told_of(house, ASSIGNMENT))[5:] == ["TrainingWithdrawn", "TrainingAssigned", "TrainingOverdue"]
