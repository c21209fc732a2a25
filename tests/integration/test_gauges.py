from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from shared.runtime.watching.gauges import measure
from tests.integration.conftest import House

pytestmark = pytest.mark.stack

_PARKED = """
INSERT INTO parked (subscription, topic, partition, "offset", stream, reason, detail, broker_time, parked_at)
VALUES ('totals', 'tally.events', 0, $1, $2, 'invalid-json', '', now(), now())
"""


def shown(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_what_waits_is_counted_with_its_age(house: House) -> None:
    await house.count("a")
    house.clock.advance(timedelta(minutes=5))
    await house.count("a")
    await measure(house.pool, house.clock)
    assert shown("daicho_outbox_depth") == 2
    assert shown("daicho_outbox_age_seconds") == 300
    await house.pool.execute("DELETE FROM outbox")
    await measure(house.pool, house.clock)
    assert (shown("daicho_outbox_depth"), shown("daicho_outbox_age_seconds")) == (0, 0)


async def test_parked_streams_are_shown_until_nobody_waits_any_more(house: House) -> None:
    for offset, stream in enumerate(["tally/a", "tally/a", "tally/b"]):
        await house.pool.execute(_PARKED, offset, stream)
    await measure(house.pool, house.clock)
    assert shown("daicho_parked_streams", subscription="totals") == 2
    await house.pool.execute("DELETE FROM parked")
    await measure(house.pool, house.clock)
    assert shown("daicho_parked_streams", subscription="totals") is None
