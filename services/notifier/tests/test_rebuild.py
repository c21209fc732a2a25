"""A view can be thrown away: built anew it is the same, and nobody is told of anything because of it."""

from datetime import date

import pytest

from services.notifier.app import SERVICE
from services.notifier.tests.house import SYSTEM, Post, hire, japan
from services.notifier.tests.words import (
    contact_point_informed,
    incident_reported,
    inspection_due,
    pledge_overdue,
    pledge_requested,
    supervisor_informed,
)

pytestmark = pytest.mark.stack


async def _story(post: Post) -> None:
    """Of everything something, sent, refused for now and for the list alone."""
    hire(post, "KEEPER")
    hire(post, "PAPER", reachable=False)
    await post.settled()
    post.catcher.refusals = {"promoter@example.com": "451 later"}
    post.tell("ledger", "inspection/S1/REG-1", inspection_due("S1", "KEEPER"))
    post.tell("incidents", "incident/I1", incident_reported("I1"))
    post.tell("incidents", "incident/I1", supervisor_informed("I1", "MANAGER", "PROMOTER"))
    post.tell("incidents", "incident/I1", contact_point_informed("I1", "CONTACT-POINT"))
    post.tell("training", "pledge/L-PAPER", pledge_requested("PAPER"))
    await post.settled()
    post.house.clock.set(japan(date(2016, 5, 1), 1))
    post.tell("training", "pledge/L-PAPER", pledge_overdue("PAPER"))
    await post.until(japan(date(2016, 5, 9)))


async def test_every_view_built_anew_equals_the_live_one_and_tells_nobody_anything(post: Post) -> None:
    await _story(post)
    sent, written = len(post.mails()), await post.house.written()
    assert sent >= 4
    for done, view in enumerate(SERVICE.views, 1):
        before = await post.house.rows(view.name)
        assert before, f"{view.name} is empty, so nothing is compared"
        answer = await post.house.post(SYSTEM, f"/v1/views/{view.name}/rebuild")
        assert answer.status_code == 200, answer.text
        await post.settled()
        assert await post.house.rows(view.name) == before
        assert await post.house.written() == written | {"idempotency": written["idempotency"] + done}
    assert len(post.mails()) == sent
