"""A history does not depend on how it arrived."""

from datetime import date
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.codec import decode
from shared.events.hr import (
    EmployeeLeaveEnded,
    EmployeeLeaveStarted,
    HrEvent,
    PersonDataCorrected,
    PersonKind,
    RoleScope,
    TransferKind,
)
from shared.organisation.appointment import appointments
from shared.organisation.history import Fact, corrected, fact_of, from_json, insert, to_json
from shared.organisation.person import spells
from shared.organisation.tests.test_hr_events import NAMES, SAMPLES
from shared.organisation.tests.told import (
    APRIL,
    DAY,
    JULY,
    JUNE,
    OCTOBER,
    appointed,
    assigned,
    facts,
    hired,
    left,
    recorded,
    released,
    relieved,
    told,
    transferred,
)

FIVE_DAYS = [APRIL + n * DAY for n in range(5)]
UNITS = ["D1", "D2", "D3"]
days = st.sampled_from(FIVE_DAYS)
units = st.sampled_from(UNITS)
scopes = st.builds(RoleScope, company_id=st.sampled_from([None, "C1"]), org_unit_id=st.none() | units)

events: st.SearchStrategy[HrEvent] = st.one_of(
    st.builds(hired, days, units),
    st.builds(transferred, days, units, st.sampled_from(["C1", "C2"]), st.sampled_from(list(TransferKind))),
    st.builds(left, days),
    st.builds(assigned, days, units),
    st.builds(released, days, units),
    st.builds(lambda day: EmployeeLeaveStarted(person_id="P1", start=day), days),
    st.builds(lambda day: EmployeeLeaveEnded(person_id="P1", end=day), days),
    st.builds(appointed, days, scopes),
    st.builds(relieved, days, scopes),
    st.builds(
        lambda day, unit, n: PersonDataCorrected(
            person_id="P1", corrects_event_id=f"e{n}", org_unit_id=unit, effective_date=day
        ),
        days,
        units,
        st.integers(1, 8),
    ),
)


def arrived(order: list[Fact]) -> tuple[Fact, ...]:
    history: tuple[Fact, ...] = ()
    for fact in order:
        history = insert(history, fact)
    return history


@given(st.lists(events, max_size=8), st.data())
def test_order_and_repetition_of_arrival_do_not_matter(happened: list[HrEvent], data: st.DataObject) -> None:
    once = facts(*happened)
    repeated = once + (data.draw(st.lists(st.sampled_from(once), max_size=5)) if once else [])
    history = arrived(data.draw(st.permutations(repeated)))
    assert history == arrived(once)
    assert spells(history) == spells(arrived(once))
    assert appointments(history) == appointments(arrived(once))


@given(st.lists(events, max_size=8))
def test_spells_follow_each_other_without_gap_or_repetition(happened: list[HrEvent]) -> None:
    lived = spells(arrived(facts(*happened)))
    assert all(one.ends == other.begins for one, other in pairwise(lived))
    assert all(vars(one) | _bounds(other) != vars(other) for one, other in pairwise(lived))
    assert all(spell.because for spell in lived)
    assert not lived or (lived[0].employed and lived[-1].ends is None)


def _bounds(spell: Any) -> dict[str, Any]:
    return {"begins": spell.begins, "ends": spell.ends, "because": spell.because}


@given(st.lists(events, max_size=8))
def test_a_role_is_held_only_in_post_and_not_on_leave(happened: list[HrEvent]) -> None:
    history = arrived(facts(*happened))
    held = appointments(history)
    for day in FIVE_DAYS:
        here = [spell for spell in spells(history) if spell.begins <= day and (spell.ends is None or day < spell.ends)]
        serving = bool(here) and here[0].employed and not here[0].on_leave
        assert serving or not [each for each in held if each.begins <= day and (each.ends is None or day < each.ends)]


@given(st.lists(events, max_size=8))
def test_a_history_is_read_as_it_was_written(happened: list[HrEvent]) -> None:
    history = arrived(facts(*happened))
    assert from_json(to_json(history)) == history
    assert to_json(from_json(to_json(history))) == to_json(history)


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_event_can_be_kept(name: str) -> None:
    found: Any = decode((SAMPLES / f"{name}.json").read_bytes())
    assert from_json(to_json((fact_of(found),))) == (fact_of(found),)


def test_on_one_day_leavings_come_first_then_hirings_then_the_rest() -> None:
    same_day = facts(transferred(JUNE, "D2"), hired(JUNE), left(JUNE))
    for order in permutations(same_day):
        assert [fact.id for fact in arrived(list(order))] == ["e3", "e2", "e1"]


def test_what_names_no_day_counts_from_its_day_in_japan() -> None:
    correction = PersonDataCorrected(person_id="P1", corrects_event_id="e1", locale="en")
    late = recorded(correction)
    assert fact_of(late).effective == date(2016, 3, 1)
    evening = late.time.replace(hour=15)
    assert fact_of(_at(late, evening)).effective == date(2016, 3, 2)


def _at(what: Any, time: Any) -> Any:
    return type(what)(**{field: getattr(what, field) for field in what.__slots__} | {"time": time})


def test_a_correction_moves_a_fact_to_its_right_day_and_place() -> None:
    history = told(
        hired(APRIL, "D1"),
        PersonDataCorrected(
            person_id="P1",
            corrects_event_id="e1",
            org_unit_id="D9",
            person_kind=PersonKind.DISPATCHED,
            effective_date=JUNE,
            locale="en",
        ),
    )
    (only,) = spells(history)
    assert (only.begins, only.org_unit_id, only.person_kind, only.locale) == (JUNE, "D9", PersonKind.DISPATCHED, "en")
    assert only.because == ("e1", "e2")


def test_a_corrected_day_counts_in_the_order_of_days() -> None:
    moves = (hired(), transferred(JUNE, "D2"), transferred(JULY, "D3"))
    correction = PersonDataCorrected(person_id="P1", corrects_event_id="e2", effective_date=OCTOBER)
    lived = spells(told(*moves, correction))
    assert [(spell.begins, spell.org_unit_id) for spell in lived] == [(APRIL, "D1"), (JULY, "D3"), (OCTOBER, "D2")]


def test_a_correction_reaches_the_place_somebody_was_transferred_to() -> None:
    correction = PersonDataCorrected(person_id="P1", corrects_event_id="e2", org_unit_id="D9")
    assert spells(told(hired(), transferred(JULY, "D2"), correction))[-1].org_unit_id == "D9"


def test_of_two_corrections_the_later_told_one_holds() -> None:
    history = told(
        hired(),
        PersonDataCorrected(person_id="P1", corrects_event_id="e1", effective_date=OCTOBER),
        PersonDataCorrected(person_id="P1", corrects_event_id="e1", effective_date=JUNE),
    )
    assert [fact.effective for fact in corrected(history)] == [JUNE]


def test_a_correction_of_something_unknown_has_no_effect() -> None:
    nothing = PersonDataCorrected(person_id="P1", corrects_event_id="e9", org_unit_id="D9")
    assert spells(told(hired(), nothing)) == spells(told(hired()))


def test_corrections_are_found_by_source_and_id() -> None:
    elsewhere = PersonDataCorrected(person_id="P1", corrects_event_id="e1", org_unit_id="D9")
    foreign = recorded(elsewhere, "e2", 2)
    history = insert(told(hired()), fact_of(_from(foreign, "/hr/overseas")))
    assert spells(history)[0].org_unit_id == "D1"


def _from(what: Any, source: str) -> Any:
    return type(what)(**{field: getattr(what, field) for field in what.__slots__} | {"source": source})
