"""Nothing is decided that no machine has lived through: every aggregate has one, in a file that is named for it."""

from importlib import import_module

import pytest

from daicho.contracts.files import CHECKOUT
from shared.events.topics import OWN
from tests.faults.planted_in_domains import IN_DOMAINS

MACHINES = [
    "shared/runtime/tests/test_digest_machine.py",
    *(
        f"services/{service}/tests/test_{aggregate.kind.replace('-', '_')}_machine.py"
        for service in OWN
        for aggregate in import_module(f"services.{service}.app").SERVICE.aggregates
    ),
]


@pytest.mark.parametrize("machine", MACHINES)
def test_an_aggregate_has_a_machine(machine: str) -> None:
    assert (CHECKOUT / machine).is_file()


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_has_a_bug_that_it_must_notice(machine: str) -> None:
    assert any(planted.test.startswith(f"{machine}::") for planted in IN_DOMAINS)
