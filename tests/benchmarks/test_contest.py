"""Who measures is measured: rounds, percentiles, goals on their edges, and the tables."""

import pytest

from benchmarks.contest import Contest, Contestant, Result, Round, Work, hold, percentile
from benchmarks.goals import Goal, PerSecond, Times, Within
from benchmarks.table import BEGIN, END, table, written


def contestant(name: str, work: Work = 1, seen: list[str] | None = None) -> Contestant:
    async def run() -> Work:
        if seen is not None:
            seen.append(name)
        return work

    return Contestant(name, run)


def result(ours: Round, theirs: Round, *goals: Goal) -> Result:
    return Result(
        Contest("sign", contestant("ours"), (contestant("theirs"),), goals), {"ours": [ours], "theirs": [theirs]}
    )


async def test_everybody_warms_up_once_and_then_takes_turns() -> None:
    seen: list[str] = []
    contest = Contest("sign", contestant("ours", seen=seen), (contestant("theirs", seen=seen),), ())
    held = await hold(contest, 2)
    assert seen == ["ours", "theirs"] * 3
    assert {name: len(rounds) for name, rounds in held.rounds.items()} == {"ours": 2, "theirs": 2}


async def test_what_is_prepared_comes_before_each_piece_of_work() -> None:
    seen: list[str] = []

    async def prepare() -> None:
        seen.append("prepared")

    async def run() -> Work:
        seen.append("done")
        return 1

    await hold(Contest("sign", Contestant("ours", run, prepare), (), ()), 1)
    assert seen == ["prepared", "done"] * 2


async def test_an_operation_takes_its_share_of_the_round() -> None:
    one, many = [await hold(Contest("sign", contestant("ours", work), (), ()), 1) for work in (1, 1_000_000)]
    assert many.figure("ours", "wall") < one.figure("ours", "wall")


async def test_where_each_operation_was_timed_their_mean_is_what_one_takes() -> None:
    held = await hold(Contest("sign", contestant("ours", [1.0, 2.0, 6.0]), (), ()), 1)
    assert held.figure("ours", "wall") == 3.0
    assert held.took("ours") == [1.0, 2.0, 6.0]


@pytest.mark.parametrize(
    ("share", "found"), [(0, 1.0), (1, 1.0), (50, 10.0), (94, 19.0), (95, 19.0), (96, 20.0), (100, 20.0)]
)
def test_a_percentile_is_one_of_the_values(share: float, found: float) -> None:
    assert percentile([float(value) for value in range(20, 0, -1)], share) == found


def test_a_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 95) == 7.0


def test_percentiles_are_of_everything_timed_whatever_round_it_was_in() -> None:
    rounds = {"ours": [Round(1, 1, (1.0,) * 9), Round(1, 1, (9.0,))]}
    held = Result(Contest("ask", contestant("ours"), (), ()), rounds)
    assert (held.figure("ours", "p50"), held.figure("ours", "p95")) == (1.0, 9.0)


def test_of_rounds_the_median_counts() -> None:
    rounds = {"ours": [Round(wall, 2 * wall) for wall in (1.0, 9.0, 2.0)]}
    held = Result(Contest("ask", contestant("ours"), (), ()), rounds)
    assert (held.figure("ours", "wall"), held.figure("ours", "cpu")) == (2.0, 4.0)


@pytest.mark.parametrize(("ours", "reached"), [(2.0, True), (2.1, False)])
def test_so_many_times_as_good_as_a_reference(ours: float, reached: bool) -> None:
    assert Times("theirs", "wall", 2).judge(result(Round(ours, 9), Round(4, 9))).reached is reached


@pytest.mark.parametrize(("ours", "reached"), [(0.01, True), (0.011, False)])
def test_so_many_in_a_second(ours: float, reached: bool) -> None:
    assert PerSecond(100).judge(result(Round(ours, 9), Round(9, 9))).reached is reached


@pytest.mark.parametrize(("slowest", "reached"), [(0.1, True), (0.101, False)])
def test_within_so_many_seconds(slowest: float, reached: bool) -> None:
    ours = Round(9, 9, (0.01, slowest))
    assert Within("p95", 0.1).judge(result(ours, Round(9, 9))).reached is reached


def test_a_table_shows_least_median_and_most_and_every_goal() -> None:
    held = Result(
        Contest("ask", contestant("ours"), (contestant("theirs"),), (Times("theirs", "wall", 3), Within("p95", 1e-6))),
        {
            "ours": [Round(wall, wall, (wall,)) for wall in (1e-6, 2e-6, 4e-6)],
            "theirs": [Round(4e-6, 1e-6)],
        },
    )
    lines = table([held]).splitlines()
    assert lines[2] == "| ask | ours | 1.0 / 2.0 / 4.0 | 1.0 / 2.0 / 4.0 | 500,000 | 0.0, 0.0 |"
    assert lines[3] == "| ask | theirs | 1.0 / 1.0 / 1.0 | 4.0 / 4.0 / 4.0 | 250,000 | – |"
    assert lines[-2] == "| ask | theirs : ours, wall | 2.00 | ≥ 3.00 | no |"
    assert lines[-1] == "| ask | ours, p95 | 0.0 ms | ≤ 0 ms | no |"


def test_what_is_written_replaces_what_stood_there_and_nothing_else() -> None:
    page = f"above\n{BEGIN}\nold\n{END}\nbelow\n"
    assert written(page, "new") == f"above\n{BEGIN}\nnew\n{END}\nbelow\n"
    assert written(written(page, "new"), "old") == page


@pytest.mark.parametrize("page", ["nothing", BEGIN, f"{END} {BEGIN}"])
def test_a_page_without_a_place_for_it_is_left_alone(page: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        written(page, "new")
