"""One digest, whatever the order of partitions, the seed of hashing and the zone of the machine (trap of replays)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.audit.domain.canonical import digest_of
from services.audit.domain.interval import result_order
from services.audit.tests.company import a_year
from services.audit.tests.story import judged

_PROGRAM = """
import random
from services.audit.domain.canonical import digest_of
from services.audit.domain.interval import result_order
from services.audit.tests.story import judged
from services.audit.tests.company import a_year
events = a_year(people=15)
random.Random({seed}).shuffle(events)
print(digest_of(sorted(judged(events), key=result_order)))
"""


@pytest.mark.parametrize(("hashing", "zone"), [("0", "UTC"), ("1", "Asia/Tokyo"), ("12345", "America/Los_Angeles")])
def test_no_machine_changes_the_digest(hashing: str, zone: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hashing, "TZ": zone}
    program = _PROGRAM.format(seed=hashing)
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        env=environment,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == digest_of(sorted(judged(a_year(people=15)), key=result_order))
