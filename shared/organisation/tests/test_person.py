"""Where somebody was in post, on the edge days."""

from datetime import date
from itertools import permutations

import pytest

from shared.events.hr import ConcurrentPostEnded, EmployeeLeaveEnded, EmployeeLeaveStarted, PersonKind, TransferKind
from shared.organisation.history import Fact, insert
from shared.organisation.person import PersonSpell, at, changes, spells
from shared.organisation.tests.told import (
    APRIL,
    DAY,
    JANUARY,
    JULY,
    JUNE,
    OCTOBER,
    assigned,
    facts,
    hired,
    left,
    released,
    told,
    transferred,
)

LEAVE = EmployeeLeaveStarted(person_id="P1", start=JULY, expected_end=OCTOBER)
BACK = EmployeeLeaveEnded(person_id="P1", end=OCTOBER)


def units(*, on: date, of: tuple[PersonSpell, ...]) -> tuple[str, ...]:
    spell = at(of, on)
    return spell.units if spell else ()


def on_leave(lived: tuple[PersonSpell, ...], day: date) -> bool:
    spell = at(lived, day)
    assert spell is not None
    return spell.on_leave


def test_nobody_is_in_post_the_day_before_he_is_hired() -> None:
    lived = spells(told(hired(APRIL)))
    assert at(lived, APRIL - DAY) is None
    assert units(on=APRIL, of=lived) == ("D1",)


def test_a_transfer_takes_effect_on_its_day_and_not_before() -> None:
    lived = spells(told(hired(), transferred(JULY, "D2")))
    assert [units(on=day, of=lived) for day in (JULY - DAY, JULY, JULY + DAY)] == [("D1",), ("D2",), ("D2",)]
    assert changes(lived) == (APRIL, JULY)


def test_a_transfer_dated_ahead_is_a_spell_that_has_not_begun() -> None:
    lived = spells(told(hired(), transferred(JANUARY, "D2", "C2")))
    assert (lived[0].ends, lived[1].begins, lived[1].ends) == (JANUARY, JANUARY, None)
    assert (lived[1].company_id, lived[1].hired_on, lived[1].placed_on) == ("C2", APRIL, JANUARY)


def test_a_late_hire_makes_the_transfer_count_that_came_before_it() -> None:
    transfer, hire = transferred(JULY, "D2"), hired(APRIL)
    assert spells(told(transfer)) == ()
    assert [spell.units for spell in spells(told(transfer, hire))] == [("D1",), ("D2",)]


def test_a_transfer_dated_before_the_hire_has_no_effect() -> None:
    lived = spells(told(transferred(APRIL, "D2"), hired(JUNE)))
    assert [(spell.begins, spell.org_unit_id) for spell in lived] == [(JUNE, "D1")]


def test_a_leave_without_an_end_goes_on_whatever_was_expected() -> None:
    lived = spells(told(hired(), LEAVE))
    assert [on_leave(lived, day) for day in (JULY - DAY, JULY, OCTOBER, JANUARY)] == [False, True, True, True]


def test_a_leave_ends_on_the_first_day_back() -> None:
    lived = spells(told(hired(), LEAVE, BACK))
    assert [on_leave(lived, day) for day in (OCTOBER - DAY, OCTOBER)] == [True, False]


def test_who_leaves_while_on_leave_is_out_and_stays_out() -> None:
    lived = spells(told(hired(), LEAVE, left(JULY + DAY), BACK))
    assert changes(lived) == (APRIL, JULY, JULY + DAY)
    assert (lived[-1].employed, lived[-1].on_leave, lived[-1].units, lived[-1].org_unit_id) == (False, False, (), "D1")


def test_who_is_hired_again_starts_anew() -> None:
    lived = spells(told(hired(), LEAVE, left(OCTOBER), hired(JANUARY, "D2")))
    assert [spell.employed for spell in lived] == [True, True, False, True]
    again = lived[-1]
    assert (again.hired_on, again.placed_on, again.on_leave, again.org_unit_id) == (JANUARY, JANUARY, False, "D2")


def test_who_leaves_and_is_hired_again_on_one_day_is_in_post_that_day() -> None:
    happened = facts(hired(), hired(JULY, "D2", "C2"), left(JULY))
    for order in permutations(happened):
        history: tuple[Fact, ...] = ()
        for fact in order:
            history = insert(history, fact)
        lived = spells(history)
        assert [(spell.employed, spell.hired_on) for spell in lived] == [(True, APRIL), (True, JULY)]


def test_a_renewed_contract_is_no_new_hire() -> None:
    lived = spells(told(hired(), hired(OCTOBER, "D1", kind=PersonKind.EXECUTIVE)))
    assert [(spell.person_kind, spell.hired_on) for spell in lived] == [
        (PersonKind.EMPLOYEE, APRIL),
        (PersonKind.EXECUTIVE, APRIL),
    ]


def test_a_hire_by_another_employer_begins_a_new_employment() -> None:
    assert spells(told(hired(), hired(OCTOBER, "D1", "C2")))[-1].hired_on == OCTOBER


def test_a_concurrent_post_is_one_more_until_it_ends() -> None:
    lived = spells(
        told(
            hired(),
            transferred(JUNE, "D2", kind=TransferKind.CONCURRENT),
            ConcurrentPostEnded(person_id="P1", org_unit_id="D2", effective_date=OCTOBER),
        )
    )
    assert [spell.units for spell in lived] == [("D1",), ("D1", "D2"), ("D1",)]
    assert {spell.placed_on for spell in lived} == {APRIL}


def test_a_concurrent_post_that_becomes_the_main_one_is_not_counted_twice() -> None:
    concurrent = transferred(JUNE, "D2", kind=TransferKind.CONCURRENT)
    assert spells(told(hired(), concurrent, transferred(JULY, "D2")))[-1].units == ("D2",)


@pytest.mark.parametrize("kind", [TransferKind.SECONDMENT, TransferKind.RETURN])
def test_a_seconded_person_is_where_he_works(kind: TransferKind) -> None:
    away = spells(told(hired(), transferred(JULY, "D9", "C2", kind)))[-1]
    assert (away.company_id, away.units) == ("C2", ("D9",))


def test_a_superior_does_not_follow_into_the_next_post() -> None:
    hire = hired().model_copy(update={"manager_person_id": "P9"})
    lived = spells(told(hire, transferred(JULY, "D2")))
    assert [spell.manager_person_id for spell in lived] == ["P9", None]


def test_a_second_telling_under_another_id_changes_nothing() -> None:
    assert spells(told(hired(), transferred(JULY, "D2"), transferred(JULY, "D2"))) == spells(
        told(hired(), transferred(JULY, "D2"))
    )


def test_a_change_and_back_on_one_day_is_no_change() -> None:
    same_day = EmployeeLeaveEnded(person_id="P1", end=JULY)
    assert len(spells(told(hired(), LEAVE, same_day))) == 1


def test_a_suppliers_worker_is_in_post_while_assigned() -> None:
    lived = spells(told(assigned(JUNE), released(OCTOBER)))
    assert [(s.begins, s.employed, s.person_kind, s.contractor_id) for s in lived] == [
        (JUNE, True, PersonKind.SUPPLIER, "K1"),
        (OCTOBER, False, PersonKind.SUPPLIER, "K1"),
    ]


def test_a_suppliers_worker_goes_on_where_he_was_not_released() -> None:
    lived = spells(told(assigned(JUNE, "D1"), assigned(JULY, "D2"), released(OCTOBER, "D1"), released(JANUARY, "D2")))
    assert [spell.units for spell in lived] == [("D1",), ("D1", "D2"), ("D2",), ()]


def test_a_release_by_another_contractor_changes_nothing() -> None:
    assert len(spells(told(assigned(JUNE), released(OCTOBER, contractor="K9")))) == 1


def test_a_spell_names_what_brought_it() -> None:
    lived = spells(told(hired(), transferred(JULY, "D2"), BACK))
    assert [spell.because for spell in lived] == [("e1",), ("e2",)]
