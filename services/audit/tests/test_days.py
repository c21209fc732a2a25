"""Stretches of days on their edges."""

from datetime import date

import pytest

from services.audit.domain.days import Days, common, cut

FIRST, SECOND, THIRD, LAST = (date(2016, 4, day) for day in (1, 2, 3, 30))


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((FIRST, THIRD), (SECOND, LAST), (SECOND, THIRD)),
        ((FIRST, SECOND), (SECOND, LAST), None),
        ((FIRST, None), (SECOND, LAST), (SECOND, LAST)),
        ((FIRST, None), (SECOND, None), (SECOND, None)),
    ],
)
def test_two_stretches_have_in_common_what_both_hold(one: Days, other: Days, both: Days | None) -> None:
    assert common(one, other) == common(other, one) == both


@pytest.mark.parametrize(
    ("turns", "pieces"),
    [
        ((), [(FIRST, LAST)]),
        ((SECOND,), [(FIRST, SECOND), (SECOND, LAST)]),
        ((THIRD, SECOND, SECOND), [(FIRST, SECOND), (SECOND, THIRD), (THIRD, LAST)]),
        ((date(2016, 3, 31), FIRST, LAST, date(2016, 5, 1)), [(FIRST, LAST)]),
    ],
)
def test_a_stretch_is_cut_on_the_turns_within_it(turns: tuple[date, ...], pieces: list[Days]) -> None:
    assert list(cut((FIRST, LAST), turns)) == pieces
    open_end = [(begins, None if ends == LAST else ends) for begins, ends in pieces]
    assert list(cut((FIRST, None), [each for each in turns if each < LAST])) == open_end
