"""Who may do what where, cell by cell: every role, every action, every relation to what is asked for."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from shared.events.hr import HrEvent, PersonKind, PiType, Role, RoleAppointed, RoleScope
from shared.organisation.access import ANYONE, Allow, Caller, Decision, Relation, Resource, decide, visible_scope
from shared.organisation.appointment import appointments
from shared.organisation.person import at, spells
from shared.organisation.tests.told import APRIL, DAY, JULY, appointed, hired, left, told, transferred

READ, SIGN, REMIND = "pledge:read", "pledge:sign", "pledge:remind"
TABLE = (
    Allow(READ, ANYONE, Relation.SELF),
    Allow(SIGN, Role.EMPLOYEE, Relation.SELF),
    Allow(READ, Role.PROMOTER, Relation.UNIT),
    Allow(REMIND, Role.PROMOTER, Relation.UNIT),
    Allow(READ, Role.DIV_MANAGER, Relation.UNIT),
    Allow(READ, Role.PIPA, Relation.COMPANY),
    Allow(REMIND, Role.PPOM, Relation.COMPANY),
    Allow(READ, Role.PPOM, Relation.GROUP),
)
SCOPED = RoleScope(company_id="C1", org_unit_id="D1")

HIMSELF = Resource(person_id="P1", company_id="C1", org_unit_ids=("D0", "D1", "S1"))
SAME_UNIT = Resource(person_id="P2", company_id="C1", org_unit_ids=("D0", "D1"))
BELOW = Resource(person_id="P3", company_id="C1", org_unit_ids=("D0", "D1", "S1"))
ABOVE = Resource(person_id="P4", company_id="C1", org_unit_ids=("D0",))
BESIDE = Resource(person_id="P5", company_id="C1", org_unit_ids=("D0", "D2"))
ELSEWHERE = Resource(person_id="P6", company_id="C2", org_unit_ids=("E0",))
NOWHERE = Resource()
PLACES = (HIMSELF, SAME_UNIT, BELOW, ABOVE, BESIDE, ELSEWHERE, NOWHERE)

A, F, H = Decision.ALLOWED, Decision.FORBIDDEN, Decision.HIDDEN
CELLS: dict[tuple[Role | None, str], tuple[Decision, ...]] = {
    # role held for D1   himself unit below above beside elsewhere nowhere
    (None, READ): (A, H, H, H, H, H, H),
    (None, SIGN): (A, H, H, H, H, H, H),
    (None, REMIND): (F, H, H, H, H, H, H),
    (Role.PROMOTER, READ): (A, A, A, H, H, H, H),
    (Role.PROMOTER, SIGN): (A, F, F, H, H, H, H),
    (Role.PROMOTER, REMIND): (A, A, A, H, H, H, H),
    (Role.DIV_MANAGER, READ): (A, A, A, H, H, H, H),
    (Role.DIV_MANAGER, SIGN): (A, F, F, H, H, H, H),
    (Role.DIV_MANAGER, REMIND): (F, F, F, H, H, H, H),
    (Role.PIPA, READ): (A, A, A, A, A, H, H),
    (Role.PIPA, SIGN): (A, F, F, F, F, H, H),
    (Role.PIPA, REMIND): (F, F, F, F, F, H, H),
    (Role.PPOM, READ): (A, A, A, A, A, A, A),
    (Role.PPOM, SIGN): (A, F, F, F, F, F, F),
    (Role.PPOM, REMIND): (A, A, A, A, A, F, F),
}
UNLISTED = [role for role in Role if (role, READ) not in CELLS]


def caller(*events: HrEvent, day: date = JULY) -> Caller:
    history = told(*events)
    return Caller("person/P1", appointments(history), at(spells(history), day))


def holding(role: Role | None, scope: RoleScope = SCOPED) -> Caller:
    roles = [appointed(APRIL, scope, role)] if role else []
    return caller(hired(), *roles)


@pytest.mark.parametrize(("role", "action"), list(CELLS))
def test_each_cell_of_the_table(role: Role | None, action: str) -> None:
    asked = holding(role)
    assert tuple(decide(TABLE, asked, action, place, JULY) for place in PLACES) == CELLS[role, action]


@pytest.mark.parametrize(("role", "action"), list(product(UNLISTED, (READ, SIGN, REMIND))))
def test_a_role_without_a_line_adds_nothing(role: Role, action: str) -> None:
    asked = holding(role)
    assert tuple(decide(TABLE, asked, action, place, JULY) for place in PLACES) == CELLS[None, action]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("relation", list(Relation))
def test_every_role_reaches_as_far_as_its_line_says(role: Role, relation: Relation) -> None:
    table = (Allow(READ, role, relation),)
    asked = holding(role)
    answers = tuple(decide(table, asked, READ, place, JULY) for place in PLACES)
    assert (
        answers
        == {
            Relation.SELF: (A, H, H, H, H, H, H),
            Relation.UNIT: (A, A, A, H, H, H, H),
            Relation.COMPANY: (A, A, A, A, A, H, H),
            Relation.GROUP: (A, A, A, A, A, A, A),
        }[relation]
    )


@pytest.mark.parametrize("relation", list(Relation))
def test_anyone_reaches_from_his_post(relation: Relation) -> None:
    scope = visible_scope((Allow(READ, ANYONE, relation),), holding(None), READ, JULY)
    reach = (set(scope.persons), set(scope.units), set(scope.companies), scope.group)
    assert (
        reach
        == {
            Relation.SELF: ({"P1"}, set(), set(), False),
            Relation.UNIT: (set(), {"D1"}, set(), False),
            Relation.COMPANY: (set(), set(), {"C1"}, False),
            Relation.GROUP: (set(), set(), set(), True),
        }[relation]
    )


def test_an_action_without_a_line_is_forbidden_where_seen_and_hidden_elsewhere() -> None:
    answers = [decide(TABLE, holding(Role.PROMOTER), "pledge:burn", place, JULY) for place in (BELOW, BESIDE)]
    assert answers == [F, H]


def test_seeing_one_kind_of_thing_shows_no_other() -> None:
    assert decide(TABLE, holding(Role.PPOM), "slip:dispose", SAME_UNIT, JULY) is H


@pytest.mark.parametrize(
    ("relation", "scope", "answers"),
    [
        (Relation.UNIT, RoleScope(company_id="C1"), (A, A, A, A, A, H, H)),
        (Relation.UNIT, RoleScope(), (A, A, A, A, A, A, A)),
        (Relation.COMPANY, RoleScope(), (A, A, A, A, A, A, A)),
        (Relation.COMPANY, RoleScope(org_unit_id="D1"), (H, H, H, H, H, H, H)),
    ],
)
def test_a_role_held_for_more_reaches_all_it_is_held_for(
    relation: Relation, scope: RoleScope, answers: tuple[Decision, ...]
) -> None:
    table = (Allow(READ, Role.PPOM, relation),)
    assert tuple(decide(table, holding(Role.PPOM, scope), READ, place, JULY) for place in PLACES) == answers


def test_a_supplier_is_anyone_but_no_employee() -> None:
    supplier = caller(hired(kind=PersonKind.SUPPLIER))
    assert [decide(TABLE, supplier, action, HIMSELF, JULY) for action in (READ, SIGN)] == [A, F]


@pytest.mark.parametrize("kind", [PersonKind.EMPLOYEE, PersonKind.EXECUTIVE, PersonKind.DISPATCHED])
def test_executives_and_dispatched_workers_are_employees(kind: PersonKind) -> None:
    assert decide(TABLE, caller(hired(kind=kind)), SIGN, HIMSELF, JULY) is A


def test_who_has_left_is_nobody() -> None:
    assert decide(TABLE, caller(hired(), left(JULY)), READ, HIMSELF, JULY) is H


def test_a_stranger_is_nobody() -> None:
    assert decide(TABLE, Caller("person/P1"), READ, HIMSELF, JULY) is H


def test_a_transfer_takes_effect_at_once() -> None:
    moves = (hired(), appointed(APRIL, SCOPED), transferred(JULY, "D2"))
    before = decide(TABLE, caller(*moves, day=JULY - DAY), READ, SAME_UNIT, JULY - DAY)
    assert (before, decide(TABLE, caller(*moves, day=JULY), READ, SAME_UNIT, JULY)) == (A, H)


def test_a_spell_that_does_not_hold_on_the_day_is_not_used() -> None:
    stale = caller(hired(), transferred(JULY, "D2"), day=APRIL)
    table = (Allow(READ, ANYONE, Relation.UNIT),)
    assert [decide(table, stale, READ, SAME_UNIT, day) for day in (JULY - DAY, JULY)] == [A, H]


def test_a_system_reaches_what_it_was_appointed_for_but_no_self() -> None:
    system = RoleAppointed(client_id="P1", role=Role.INTERNAL_SYSTEM, scope=SCOPED, effective_date=APRIL)
    asked = Caller("client/P1", appointments(told(system)))
    own = Resource(person_id="P1")
    tables = [(Allow(READ, Role.INTERNAL_SYSTEM, relation),) for relation in (Relation.UNIT, Relation.SELF)]
    assert [decide(table, asked, READ, BELOW, JULY) for table in tables] == [A, H]
    assert decide(tables[1], asked, READ, own, JULY) is H


CUSTOMERS = RoleScope(company_id="C1", org_unit_id="D1", pi_type=PiType.CUSTOMER)


@pytest.mark.parametrize(("pi_type", "answer"), [(PiType.CUSTOMER, A), (PiType.SHAREHOLDER, H), (None, A)])
def test_a_role_for_one_type_of_information_ends_at_that_type(pi_type: PiType | None, answer: Decision) -> None:
    table = (Allow("slip:read", Role.PI_MANAGER, Relation.UNIT),)
    slip = Resource(company_id="C1", org_unit_ids=("D0", "D1"), pi_type=pi_type)
    assert decide(table, holding(Role.PI_MANAGER, CUSTOMERS), "slip:read", slip, JULY) is answer


def test_a_role_for_one_type_does_not_reach_other_units() -> None:
    table = (Allow("slip:read", Role.PI_MANAGER, Relation.UNIT),)
    slip = Resource(company_id="C1", org_unit_ids=("D0", "D2"), pi_type=PiType.CUSTOMER)
    assert decide(table, holding(Role.PI_MANAGER, CUSTOMERS), "slip:read", slip, JULY) is H


def test_a_list_shows_what_several_roles_reach_together() -> None:
    asked = caller(hired(), appointed(APRIL, SCOPED), appointed(APRIL, RoleScope(company_id="C1"), Role.PIPA))
    scope = visible_scope(TABLE, asked, READ, JULY)
    assert (set(scope.persons), set(scope.units), set(scope.companies), scope.group) == ({"P1"}, {"D1"}, {"C1"}, False)


@pytest.mark.parametrize(("role", "action"), list(CELLS))
def test_a_list_holds_exactly_what_can_be_asked_for_one_by_one(role: Role | None, action: str) -> None:
    asked = holding(role)
    listed = [visible_scope(TABLE, asked, action, JULY).covers(place) for place in PLACES]
    assert listed == [decide(TABLE, asked, action, place, JULY) is A for place in PLACES]


def test_an_appointment_that_is_over_carries_nobody() -> None:
    asked = holding(Role.PROMOTER)
    over = replace(asked, appointments=tuple(replace(held, ends=JULY) for held in asked.appointments))
    assert [decide(TABLE, over, READ, SAME_UNIT, day) for day in (JULY - DAY, JULY)] == [A, H]
