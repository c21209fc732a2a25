"""A question with a past `known_at` that would judge too many anew is answered by a replay, one for all who ask it."""

from fastapi import Response

from services.audit import compliance
from services.audit.api.asking import Asker
from services.audit.compliance import LIVE, Question, Standing, TooMany, standing_of_replay
from services.audit.replay import store
from services.audit.replay.order import ReplayOrder, replay_id
from shared.law.rule_pack import rule_pack
from shared.runtime.database import Connection

_RETRY_AFTER = "2"


async def or_replay(connection: Connection, asker: Asker, asked: Question) -> Standing | Response:
    """Where to read the answer; or, while a replay has to find it, the 202 that says where that one is."""
    if asked.known_at is None:
        return LIVE
    try:
        return await compliance.rejudge(connection, asked, rule_pack())
    except TooMany:
        return await _replayed(connection, asker, asked)


async def _replayed(connection: Connection, asker: Asker, asked: Question) -> Standing | Response:
    order = ReplayOrder(asked.period.begins, asked.period.day, asked.known_at)
    name = replay_id("question", *map(str, order.document().values()))
    now = asker.running.clock.now()
    replay = await store.queue(connection, name, order, b"", asker.principal.subject, now)
    if replay.state == store.DONE:
        return standing_of_replay(name)
    if replay.state in store.IN_VAIN:
        await store.queue_again(connection, name, now)
    return Response(status_code=202, headers={"Location": f"/v1/replays/{name}", "Retry-After": _RETRY_AFTER})
