import os
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from daicho.demo.script.moments import MOMENTS, OPENS, YEAR
from daicho.demo.script.planted import REPEATED_AGAIN
from daicho.demo.script.year import Script, Step, make_script
from daicho.personas import PERSONAS
from shared.events.codec import Recorded, Undecodable, decode
from shared.events.hr import EmployeeHired, EmployeeLeft, EmployeeTransferred, HrEvent

PRINT_DIGEST = "from daicho.demo.script.year import make_script; print(make_script(2017, 'tiny').digest())"


@pytest.fixture(scope="module")
def script() -> Script:
    return make_script(2017, "small")


def events(script: Script) -> list[tuple[Step, Recorded]]:
    """Everything that can be read, in the order in which it is sent."""
    found = []
    for step in script.steps:
        for message in step.messages:
            if message.id:
                recorded = decode(message.value)
                assert isinstance(recorded, Recorded)
                found.append((step, recorded))
    return found


def told_of(script: Script, person: str) -> list[tuple[Step, HrEvent]]:
    """Once each, in the order in which it is told."""
    found = {each.id: (step, each.event) for step, each in events(script) if each.stream == f"person/{person}"}
    return list(found.values())  # type: ignore[arg-type]


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_the_same_seed_gives_the_same_bytes_in_every_process(hash_seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    found = subprocess.run(
        [sys.executable, "-c", PRINT_DIGEST], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == make_script(2017, "tiny").digest()


def test_another_seed_gives_other_bytes() -> None:
    assert make_script(1, "tiny").digest() != make_script(2, "tiny").digest()


def test_time_never_runs_backwards() -> None:
    assert all(one.at < other.at for one, other in pairwise(MOMENTS))


def test_every_record_but_one_is_an_event_of_the_contract(script: Script) -> None:
    assert len(events(script)) == script.sent - 1


def test_the_unreadable_record_can_not_be_read(script: Script) -> None:
    (message,) = [message for step in script.steps for message in step.messages if not message.id]
    assert message.key == script.planted.unreadable
    with pytest.raises(Undecodable):
        decode(message.value)


def test_the_key_of_every_record_is_its_subject(script: Script) -> None:
    for step in script.steps:
        for message in step.messages:
            if message.id:
                assert msgspec.json.decode(message.value)["subject"] == message.key


def test_nothing_is_recorded_after_its_moment_or_before_the_one_before(script: Script) -> None:
    for before, step in pairwise(script.steps):
        for message in step.messages:
            if message.id and step.moment != script.group.calendar.on(REPEATED_AGAIN):
                recorded = decode(message.value)
                assert isinstance(recorded, Recorded)
                assert before.moment.at < recorded.recorded_at <= step.moment.at


def test_a_record_sent_twice_is_the_same_to_the_byte(script: Script) -> None:
    values: dict[str, set[bytes]] = {}
    times: Counter[str] = Counter()
    for step in script.steps:
        for message in step.messages:
            values.setdefault(message.id, set()).add(message.value)
            times[message.id] += 1
    assert all(len(found) == 1 for found in values.values())
    assert sum(times.values()) - len(times) == script.planted.doubled > 5


def test_the_late_leaving_is_told_three_months_after_it(script: Script) -> None:
    step, left = told_of(script, script.planted.late_leaver)[-1]
    assert isinstance(left, EmployeeLeft)
    assert (step.moment.day - left.effective_date).days > 90


def test_the_late_hire_is_told_after_his_first_day(script: Script) -> None:
    ((step, hired),) = told_of(script, script.planted.late_hire)
    assert isinstance(hired, EmployeeHired)
    assert (step.moment.day - hired.effective_date).days > 60


def test_one_transfer_is_told_before_its_hire(script: Script) -> None:
    kinds = [type(event) for _, event in told_of(script, script.planted.disordered)]
    assert kinds == [EmployeeTransferred, EmployeeHired]


def test_one_transfer_of_october_is_known_in_spring(script: Script) -> None:
    step, moved = told_of(script, script.planted.early)[-1]
    assert isinstance(moved, EmployeeTransferred)
    assert step.moment.day.month == 4
    assert moved.effective_date.month == 10


def test_the_unknown_person_is_never_hired(script: Script) -> None:
    assert [type(event) for _, event in told_of(script, script.planted.unknown)] == [EmployeeTransferred]


def test_april_brings_a_wave_of_new_hires(script: Script) -> None:
    hired = Counter(
        each.event.effective_date
        for _, each in events(script)
        if isinstance(each.event, EmployeeHired) and not each.event.initial_load
    )
    assert max(hired, key=lambda day: hired[day]) == OPENS
    assert len(hired) > 5


def test_nobody_signs_before_he_is_asked_or_after_the_year(script: Script) -> None:
    for person, moment in script.pledging.signed.items():
        assert script.pledging.asked[person].at <= moment.at
        assert moment.day in YEAR


def test_the_late_leaver_never_signs_and_the_personas_sign_at_once(script: Script) -> None:
    signed = script.pledging.signed
    assert script.planted.late_leaver not in signed
    assert signed[PERSONAS["employee"].person_id].day == OPENS


def test_a_contact_is_sent_for_everybody_and_taken_back_from_some_who_left(script: Script) -> None:
    contacts: list[tuple[str, Any]] = [each for step in script.steps for each in step.contacts]
    assert {person for person, value in contacts if value} == set(script.lives) - {script.planted.unknown}
    assert [person for person, value in contacts if value is None]
