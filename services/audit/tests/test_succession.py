from datetime import date

from services.audit.domain.context import Context, Surroundings
from services.audit.domain.history import Told, history_of
from services.audit.domain.succession import heirs
from services.audit.domain.tree import AskedTree
from services.audit.tests.story import APRIL, Story
from shared.events.hr import OrgUnitMoved, OrgUnitSplit

MAY, JUNE, JULY = (date(2016, month, 1) for month in (5, 6, 7))


def line(goes: dict[str, tuple[date, str]], ends: date | None = None) -> list[tuple[date, str]]:
    return list(heirs("A", APRIL, ends, goes.get))


def tree(story: Story) -> AskedTree:
    told = [(each.stream, Told(each, each.recorded_at)) for each in story.events]
    histories = {stream: history_of(each for of, each in told if of == stream) for stream, _ in told}
    return AskedTree(Context(Surroundings(histories)))


# --- heirs ------------------------------------------------------------------------------------------------------------


def test_what_nobody_carries_on_is_itself() -> None:
    assert line({}) == [(APRIL, "A")]


def test_a_line_goes_on_from_heir_to_heir() -> None:
    assert line({"A": (MAY, "B"), "B": (JUNE, "C")}) == [(APRIL, "A"), (MAY, "B"), (JUNE, "C")]


def test_an_heir_that_was_gone_before_is_passed_over() -> None:
    assert line({"A": (JUNE, "B"), "B": (MAY, "C")}) == [(APRIL, "A"), (JUNE, "C")]


def test_what_was_gone_already_when_it_begins_begins_as_its_heir() -> None:
    assert line({"A": (date(2016, 1, 1), "B")}) == [(APRIL, "B")]


def test_nothing_is_carried_on_from_the_end_on() -> None:
    assert line({"A": (MAY, "B")}, ends=MAY) == [(APRIL, "A")]
    assert line({"A": (MAY, "B")}, ends=JUNE) == [(APRIL, "A"), (MAY, "B")]


def test_a_circle_ends_where_it_began() -> None:
    assert line({"A": (MAY, "B"), "B": (JUNE, "C"), "C": (JULY, "B")}) == [(APRIL, "A"), (MAY, "B"), (JUNE, "C")]
    assert line({"A": (MAY, "A")}) == [(APRIL, "A")]


# --- the tree ---------------------------------------------------------------------------------------------------------


def test_a_units_line_is_told_from_the_top_and_stops_where_it_would_turn_round() -> None:
    story = Story()
    for unit, parent in (("D1", None), ("D2", "D1"), ("D3", "D2"), ("X", "Y"), ("Y", "X")):
        story.created(unit)
        story.tell(
            f"unit/{unit}", OrgUnitMoved(org_unit_id=unit, parent_id=parent, company_id="C1", effective_date=MAY)
        )
    asked = tree(story)
    assert asked.ancestors("D3", MAY) == ("D1", "D2", "D3")
    assert asked.ancestors("D3", APRIL) == ("D3",)
    assert asked.ancestors("X", MAY) == ("Y", "X")
    assert asked.ancestors("NOBODY", MAY) == ("NOBODY",)
    assert {"unit/D1", "unit/D2", "unit/D3"} <= asked.context.asked


def test_a_place_is_carried_on_by_a_sole_successor_and_by_no_other() -> None:
    story = Story()
    for unit in ("D1", "D2", "D3", "D4"):
        story.created(unit)
    story.joined("C1")
    story.joined("C2")
    story.unit_merged("D1", "D2", MAY)
    story.unit_merged("D2", "D3", JUNE)
    story.tell("unit/D4", OrgUnitSplit(org_unit_id="D4", successors=("D1", "D2"), effective_date=MAY))
    story.company_merged("C1", "C2", MAY)
    asked = tree(story)
    assert asked.carriers("unit/D1") == {"D1", "D2", "D3"}
    assert asked.carriers("unit/D4") == {"D4"}
    assert asked.carriers("company/C1") == {"C1", "C2"}
    assert asked.carriers("company/C2") == {"C2"}
