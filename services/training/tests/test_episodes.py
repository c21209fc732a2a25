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
from services.training.tests.words import REQUEST
from shared.law.calendar import five_past_midnight
from shared.testing.house import MORNING
from shared.testing.stack import Templates

pytestmark = pytest.mark.stack
NAMES = {"pledge_id": REQUEST.pledge_id}
FIRST = ["PledgeRequested", "PledgeOverdue"]


@pytest.fixture
async def house(parts: Parts, templates: Templates, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(parts, templates, tmp_path) as opened:
        yield opened


PLEDGE: Final = f"pledge/{REQUEST.pledge_id}"
ASSIGNMENT: Final = f"assignment/{ASSIGN.assignment_id}"
COURSE: Final = {"assignment_id": ASSIGN.assignment_id}


async def test_a_pledge_that_is_asked_for_again_or_resumed_by_the_same_due_date_is_overdue_again(house: House) -> None:
    assert house.clock.now() == MORNING
    house.clock.set(five_past_midnight(REQUEST.due_date + timedelta(days=1)))
    await house.give(REQUEST)
    assert await house.told(PLEDGE) == FIRST
    await house.give(SuspendPledge(**NAMES), ResumePledge(**NAMES, due_date=REQUEST.due_date))
    resumed = [*FIRST, "PledgeSuspended", "PledgeResumed", "PledgeOverdue"]
    assert await house.told(PLEDGE) == resumed
    await house.give(WithdrawPledge(**NAMES), REQUEST)
    assert await house.told(PLEDGE) == [*resumed, "PledgeWithdrawn", *FIRST]


async def test_a_course_that_is_assigned_again_or_resumed_by_the_same_due_date_is_overdue_again(house: House) -> None:
    house.clock.set(five_past_midnight(ASSIGN.due_date + timedelta(days=1)))
    await house.give(ASSIGN)
    assert await house.told(ASSIGNMENT) == ["TrainingAssigned", "TrainingOverdue"]
    await house.give(SuspendTraining(**COURSE), ResumeTraining(**COURSE, due_date=ASSIGN.due_date))
    assert (await house.told(ASSIGNMENT))[2:] == ["TrainingSuspended", "TrainingResumed", "TrainingOverdue"]
    await house.give(WithdrawTraining(**COURSE), ASSIGN)
    assert (await house.told(ASSIGNMENT))[5:] == ["TrainingWithdrawn", "TrainingAssigned", "TrainingOverdue"]
