"""Leaving a mishap out changes that and nothing else of what HR tells."""

import pytest

from daicho.demo.script.plants import EVERYTHING, Plant
from daicho.demo.script.year import Script, make_script

IN_HR = (Plant.NUMBERS_ALONE, Plant.LATE_LEAVING, Plant.DISORDERED, Plant.UNKNOWN)


@pytest.fixture(scope="module")
def whole() -> Script:
    return make_script(2017, "tiny")


@pytest.mark.parametrize("plant", IN_HR)
def test_what_hr_tells_lacks_only_what_is_left_out(whole: Script, plant: Plant) -> None:
    without = make_script(2017, "tiny", EVERYTHING - {plant})
    told, less = ({(each.event.type, each.stream, each.at) for each in script.told} for script in (whole, without))
    assert 1 <= len(told - less) <= 2
    assert not {each for each in less - told if each[0] != "hr.HrSnapshotPublished.v1"}


def test_without_doubling_every_record_is_sent_once() -> None:
    assert make_script(2017, "tiny", EVERYTHING - {Plant.DOUBLED}).planted.doubled == 0


def test_without_the_unreadable_record_all_can_be_read() -> None:
    script = make_script(2017, "tiny", EVERYTHING - {Plant.UNREADABLE})
    assert all(message.id for step in script.steps for message in step.messages)
