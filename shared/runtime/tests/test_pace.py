"""How long a feed rests."""

import pytest

from shared.runtime.reading.pace import BURST, FEW, LONGEST, USUAL, Pace


@pytest.mark.parametrize("taken", [1, FEW])
def test_after_few_it_rests_no_longer_than_their_batch_took(taken: int) -> None:
    pace = Pace()
    assert [pace.rest(taken, 0.004) for _ in range(100)] == [0.004] * 100


@pytest.mark.parametrize("taken", [FEW + 1, 500])
def test_while_records_keep_coming_the_rest_grows_up_to_the_longest(taken: int) -> None:
    pace = Pace()
    rests = [pace.rest(taken, 0.01) for _ in range(100)]
    assert rests[: BURST + 3] == pytest.approx([*[0.01] * BURST, 0.01, 0.02, 0.03])
    assert rests[-1] == LONGEST


def test_a_burst_is_no_load_however_long_its_batches_take() -> None:
    pace = Pace()
    assert [pace.rest(500, 0.5) for _ in range(BURST)] == [USUAL] * BURST


@pytest.mark.parametrize("taken", [0, FEW])
def test_after_a_pause_it_begins_anew(taken: int) -> None:
    pace = Pace()
    for _ in range(10):
        pace.rest(500, 0.01)
    pace.rest(taken, 0.01)
    rests = [pace.rest(500, 0.01) for _ in range(BURST + 2)]
    assert rests == pytest.approx([*[0.01] * BURST, 0.01, 0.02])
