"""What an answer shows: how many of how many, as a number, beside the bound that it is measured by."""

import pytest

from services.audit.domain.answers import answer_for
from services.audit.domain.interval import ROLLING
from services.audit.domain.readings import GROUP, Cell, Level, Verdict
from services.audit.rules import JUDGES
from shared.law.parameters import Parameter, Threshold, count_at_most, report_only, share_at_least

HERE = (Level.GROUP, GROUP)


def threshold(parameter: Parameter) -> Threshold:
    assert isinstance(parameter.value, Threshold)
    return parameter.value


@pytest.mark.parametrize(
    ("parameter", "figures"),
    [
        (share_at_least("C20", 75), (3, 4, 0.75, 0.75, True)),
        (share_at_least("C20", 76), (3, 4, 0.75, 0.76, False)),
        (count_at_most("C20", 4), (4, 4, 4.0, 4.0, True)),
        (count_at_most("C20", 3), (4, 4, 4.0, 3.0, False)),
        (report_only("C20"), (3, 4, 0.75, None, None)),
    ],
)
def test_a_share_is_of_those_who_count_and_where_their_number_counts_it_is_that(
    parameter: Parameter, figures: tuple[int, int, float, float | None, bool | None]
) -> None:
    counts = {Cell("C20", ROLLING, *HERE, Verdict.GOOD): 3, Cell("C20", ROLLING, *HERE, Verdict.BAD): 1}
    answer = answer_for(HERE, counts, JUDGES["C20", ROLLING], threshold(parameter))
    assert (answer.num, answer.den, answer.value, answer.threshold, answer.passed) == figures


def test_a_share_of_nobody_is_no_number() -> None:
    counts = {Cell("C20", ROLLING, *HERE, Verdict.OPEN): 2, Cell("C20", ROLLING, *HERE, Verdict.EXCUSED): 5}
    answer = answer_for(HERE, counts, JUDGES["C20", ROLLING], threshold(share_at_least("C20", 75)))
    assert (answer.den, answer.value, answer.passed, answer.open, answer.excused) == (0, None, None, 2, 5)
