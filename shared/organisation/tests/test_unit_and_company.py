"""Units and companies: where they belong, what they are called, when they are no more."""

from datetime import date
from itertools import permutations

import pytest

from shared.events.hr import (
    CompanyLeftGroup,
    CompanyMerged,
    HrEvent,
    OrgUnitAbolished,
    OrgUnitMoved,
    OrgUnitRenamed,
    OrgUnitSplit,
)
from shared.organisation.company import CompanySpell, company_spells
from shared.organisation.history import Fact, insert
from shared.organisation.stretches import at
from shared.organisation.tests.told import (
    APRIL,
    DAY,
    JANUARY,
    JULY,
    JUNE,
    OCTOBER,
    created,
    facts,
    joined,
    merged,
    told,
)
from shared.organisation.unit import UnitSpell, unit_spells

RENAMED = OrgUnitRenamed(org_unit_id="D1", name="New name", name_en="New", effective_date=JULY)
MOVED = OrgUnitMoved(org_unit_id="D1", parent_id="D9", effective_date=JULY)
ABOLISHED = OrgUnitAbolished(org_unit_id="D1", effective_date=OCTOBER)


def unit(day: date, *events: HrEvent) -> UnitSpell:
    spell = at(unit_spells(told(*events)), day)
    assert spell is not None
    return spell


def company(day: date, *events: HrEvent) -> CompanySpell:
    spell = at(company_spells(told(*events)), day)
    assert spell is not None
    return spell


def test_a_unit_exists_from_its_day_on() -> None:
    spells = unit_spells(told(created("D1", "D0")))
    assert at(spells, APRIL - DAY) is None
    assert unit(APRIL, created("D1", "D0")).parent_id == "D0"


def test_a_renamed_unit_changes_nothing_but_its_name() -> None:
    before, after = unit(JULY - DAY, created("D1", "D0"), RENAMED), unit(JULY, created("D1", "D0"), RENAMED)
    assert (before.name, after.name, after.name_en, after.parent_id) == ("D1", "New name", "New", "D0")


def test_a_moved_unit_keeps_its_company_unless_another_is_named() -> None:
    assert unit(JULY, created("D1"), MOVED).company_id == "C1"
    assert unit(JULY, created("D1"), MOVED.model_copy(update={"company_id": "C2"})).company_id == "C2"


def test_a_unit_moved_to_the_top_has_no_parent() -> None:
    assert unit(JULY, created("D1", "D0"), MOVED.model_copy(update={"parent_id": None})).parent_id is None


@pytest.mark.parametrize("end", [merged("D1", "D2", OCTOBER), ABOLISHED])
def test_a_merged_or_abolished_unit_is_gone_for_good(end: HrEvent) -> None:
    later = OrgUnitRenamed(org_unit_id="D1", name="Ghost", effective_date=JANUARY)
    told_so = (created("D1"), end, later, created("D1", day=JANUARY))
    assert unit(OCTOBER - DAY, *told_so).exists
    assert not unit(OCTOBER, *told_so).exists
    assert not unit(JANUARY + DAY, *told_so).exists


def test_a_unit_that_is_gone_keeps_its_last_name_and_names_its_successors() -> None:
    gone = unit(OCTOBER, created("D1", "D0"), merged("D1", "D2", OCTOBER))
    assert (gone.name, gone.parent_id, gone.successors) == ("D1", "D0", ("D2",))


@pytest.mark.parametrize(("successors", "lives_on"), [(("D1", "D2"), True), (("D2", "D3"), False)])
def test_a_split_unit_lives_on_only_among_its_own_successors(successors: tuple[str, ...], lives_on: bool) -> None:
    split = OrgUnitSplit(org_unit_id="D1", successors=successors, effective_date=JULY)
    state = unit(JULY, created("D1"), split, created("D1", day=JANUARY))
    assert (state.exists, state.final, state.successors) == (lives_on, not lives_on, successors)


def test_what_is_told_of_a_unit_before_its_creation_waits_for_it() -> None:
    assert unit_spells(told(RENAMED)) == ()
    assert unit(JULY, RENAMED, created("D1")).name == "New name"


def test_the_order_of_arrival_does_not_matter_to_a_unit() -> None:
    happened = facts(created("D1", day=JULY), RENAMED, MOVED, merged("D1", "D2", OCTOBER))
    outcomes = set()
    for order in permutations(happened):
        history: tuple[Fact, ...] = ()
        for fact in order:
            history = insert(history, fact)
        outcomes.add(unit_spells(history))
    (only,) = outcomes
    assert [(spell.begins, spell.name, spell.exists) for spell in only] == [
        (JULY, "New name", True),
        (OCTOBER, "New name", False),
    ]


def test_a_company_is_in_the_group_until_it_leaves_and_may_come_back() -> None:
    left = CompanyLeftGroup(company_id="C1", effective_date=JUNE)
    told_so = (joined("C1"), left, joined("C1", JULY))
    assert [company(day, *told_so).in_group for day in (APRIL, JUNE - DAY, JUNE, JULY)] == [True, True, False, True]


def test_a_merged_company_is_gone_for_good_and_names_its_successor() -> None:
    merger = CompanyMerged(company_id="C1", successor_id="C2", effective_date=JUNE)
    gone = company(JANUARY, joined("C1"), merger, joined("C1", JULY))
    assert (gone.in_group, gone.successor_id, gone.domestic, gone.country) == (False, "C2", True, "JP")


def test_a_company_that_leaves_and_joins_on_one_day_is_in_the_group() -> None:
    left = CompanyLeftGroup(company_id="C1", effective_date=JUNE)
    assert company(JUNE, joined("C1"), joined("C1", JUNE), left).in_group
