"""The run that the README shows is one of this demo: `make readme` shows the last one."""

from daicho.demo.readme import FIRST, LAST, lines, shown
from daicho.demo.script.moments import MOMENTS
from daicho.demo.script.year import make_script
from daicho.demo.wording import FAILED, PASSED, heads


def test_it_begins_with_the_group_of_today() -> None:
    assert shown()[:2] == list(heads(make_script(2017, "small")))


def test_its_steps_are_those_of_the_year() -> None:
    steps = [line for line in shown() if line[:2] == "20"]
    moments = [*MOMENTS[:FIRST], *MOMENTS[-LAST:]]
    assert [line[:82].rstrip() for line in steps] == [
        f"{moment.at:%Y-%m-%d %H:%M}  {moment.title}"[:82].rstrip() for moment in moments
    ]


def test_every_check_passed() -> None:
    told = shown()
    assert not [line for line in told if line.startswith(FAILED)]
    count = sum(line.startswith(PASSED) for line in told)
    assert told[-1].startswith(f"{count} of {count} checks passed")


def test_a_failed_check_and_a_step_are_shown_as_they_were() -> None:
    step = {"at": "2016-04-01T00:30:00+09:00", "title": "spring", "done": {"signed": 3}, "records": 7, "seconds": 1.25}
    result = {
        "heads": ["head"],
        "steps": [step],
        "checks": [{"check": "all is well", "passed": False, "told": "it is not"}],
        "seconds": 2.0,
        "now": "2017-04-01T00:30:00+09:00",
    }
    told = list(lines(result))
    assert told[0] == "head"
    assert told[1].split() == ["2016-04-01", "00:30", "spring", "7", "records", "1.2", "s", "3", "signed"]
    assert told[-2:] == [
        "✗ all is well: it is not",
        "0 of 1 checks passed in 2.0 s; it is now 2017-04-01 00:30 there",
    ]
