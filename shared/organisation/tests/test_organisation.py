"""The organisation built from rows: who is above whom, what carries on what, who sits where, what still waits."""

from hashlib import sha256

import msgspec
import pytest

from shared.events.base import DomainEvent
from shared.events.hr import (
    CompanyLeftGroup,
    CompanyMerged,
    EmployeeLeaveStarted,
    HrEvent,
    HrSnapshotPublished,
    OrgUnitMoved,
    PersonDataCorrected,
    Role,
    RoleAppointed,
    RoleScope,
    TransferKind,
)
from shared.organisation.organisation import Organisation
from shared.organisation.reconcile import snapshot
from shared.organisation.row import SubjectRow, key, project
from shared.organisation.tests.told import (
    APRIL,
    DAY,
    JANUARY,
    JULY,
    JUNE,
    OCTOBER,
    appointed,
    assigned,
    created,
    hired,
    joined,
    left,
    merged,
    recorded,
    transferred,
)

D1 = RoleScope(org_unit_id="D1")
TREE = {
    "company/C1": [joined("C1")],
    "unit/D0": [created("D0")],
    "unit/D1": [created("D1", "D0")],
    "unit/S1": [created("S1", "D1")],
    "unit/S2": [created("S2", "D1")],
    "unit/D2": [created("D2", "D0")],
}


def organisation(**more: list[HrEvent]) -> Organisation:
    """The tree above, and what is told of further subjects (`person_P1`)."""
    told = {subject: list(events) for subject, events in TREE.items()}
    for name, events in more.items():
        told.setdefault(name.replace("_", "/"), []).extend(events)
    return Organisation.of(row(subject, *events) for subject, events in told.items())


def row(subject: str, *events: HrEvent) -> SubjectRow:
    current: SubjectRow | None = None
    for minute, event in enumerate(events):
        current = project(current, recorded(event, f"{subject}-{minute}", minute, subject))
    assert current is not None
    return current


def test_a_row_is_found_by_the_units_and_roles_of_its_history() -> None:
    person = row("person/P1", hired(), transferred(JULY, "D2", "C2"), appointed(JULY, D1, Role.PI_STAFF))
    assert (person.kind, person.company_id, person.units) == ("person", "C2", ("D1", "D2"))
    assert (person.roles, person.principals) == (("PI_STAFF",), ("person/P1",))


def test_a_row_of_a_unit_names_its_parents_and_successors() -> None:
    moved = OrgUnitMoved(org_unit_id="D1", parent_id="D5", effective_date=JULY)
    unit = row("unit/D1", created("D1", "D0"), moved, merged("D1", "D2", OCTOBER))
    assert (unit.company_id, unit.units) == ("C1", ("D0", "D1", "D2", "D5"))


def test_a_row_of_a_company_is_of_that_company() -> None:
    assert row("company/C1", joined("C1")).company_id == "C1"


def test_a_repeated_event_leaves_the_very_same_row() -> None:
    first = row("person/P1", hired())
    assert project(first, recorded(hired(), "person/P1-0")) is first


def test_a_correction_counts_for_the_row_as_well() -> None:
    correction = PersonDataCorrected(person_id="P1", corrects_event_id="person/P1-0", org_unit_id="D9")
    assert row("person/P1", hired(), correction).units == ("D9",)


def test_a_snapshot_belongs_to_nobody() -> None:
    nightly = HrSnapshotPublished(as_of=APRIL, count=0, hash="0" * 64)
    assert key(recorded(nightly)) is None
    assert project(None, recorded(nightly)) is None


def test_what_is_no_hr_event_belongs_to_nobody() -> None:
    class Elsewhere(DomainEvent):
        pass

    assert project(None, msgspec.structs.replace(recorded(hired()), event=Elsewhere())) is None


def test_ancestors_run_from_the_top_to_the_unit() -> None:
    assert organisation().ancestors("S1", APRIL) == ("D0", "D1", "S1")


def test_ancestors_change_on_the_day_of_a_move() -> None:
    moved = OrgUnitMoved(org_unit_id="S1", parent_id="D2", effective_date=JULY)
    group = organisation(unit_S1=[moved])
    assert group.ancestors("S1", JULY - DAY) == ("D0", "D1", "S1")
    assert group.ancestors("S1", JULY) == ("D0", "D2", "S1")


def test_a_circle_of_parents_ends() -> None:
    circle = OrgUnitMoved(org_unit_id="D0", parent_id="S1", effective_date=JULY)
    assert organisation(unit_D0=[circle]).ancestors("S1", JULY) == ("D0", "D1", "S1")


def test_a_unit_without_a_row_stands_alone() -> None:
    assert organisation().ancestors("X9", APRIL) == ("X9",)


def test_a_merged_unit_becomes_its_sole_successor_on_the_day() -> None:
    group = organisation(unit_D1=[merged("D1", "D2", JULY)], unit_D2=[merged("D2", "D0", OCTOBER)])
    assert [group.heir("unit/D1", day) for day in (JULY - DAY, JULY, OCTOBER)] == ["D1", "D2", "D0"]
    assert group.carriers("unit/D1") == {"D0", "D1", "D2"}


def test_two_successors_share_nothing_out_by_themselves() -> None:
    parted = merged("D1", "D2", JULY).model_copy(update={"successors": ("D2", "D0")})
    assert organisation(unit_D1=[parted]).heir("unit/D1", OCTOBER) == "D1"


def test_a_circle_of_mergers_ends() -> None:
    group = organisation(unit_D1=[merged("D1", "D2", JULY)], unit_D2=[merged("D2", "D1", JULY)])
    assert group.carriers("unit/D1") == {"D1", "D2"}


def test_a_company_that_left_the_group_is_carried_on_by_nobody() -> None:
    sold = CompanyLeftGroup(company_id="C1", successor_id="C2", effective_date=JULY)
    assert organisation(company_C1=[sold]).heir("company/C1", OCTOBER) == "C1"


def test_a_merged_company_becomes_its_successor() -> None:
    merger = CompanyMerged(company_id="C1", successor_id="C2", effective_date=JULY)
    group = organisation(company_C1=[merger])
    assert [group.heir("company/C1", day) for day in (JULY - DAY, JULY)] == ["C1", "C2"]


def test_a_role_for_a_division_survives_a_transfer_between_its_sections() -> None:
    moves = [hired(unit="S1"), appointed(JUNE, D1), transferred(JULY, "S2"), transferred(OCTOBER, "D2")]
    (held,) = organisation(person_P1=moves).appointments("person/P1")
    assert (held.begins, held.ends) == (JUNE, OCTOBER)


def test_a_role_is_carried_over_a_merger_with_its_holder() -> None:
    moves = [hired(unit="D1"), appointed(JUNE, D1), transferred(JULY, "D2")]
    group = organisation(person_P1=moves, unit_D1=[merged("D1", "D2", JULY)])
    before, after = group.in_post("person/P1", JULY - DAY), group.in_post("person/P1", JULY)
    assert [held.scope.org_unit_id for held in (*before, *after)] == ["D1", "D2"]
    assert not organisation(person_P1=moves).in_post("person/P1", JULY)


def test_an_appointment_is_found_wherever_it_was_told() -> None:
    system = RoleAppointed(client_id="payroll", role=Role.INTERNAL_SYSTEM, effective_date=JUNE)
    others = [appointed(JUNE, D1), appointed(JUNE, RoleScope(), Role.EXT_AUDITOR, person="X1")]
    group = organisation(unit_D0=[system], person_P1=[hired()], company_C1=others)
    assert [held.role for held in group.in_post("client/payroll", JUNE)] == [Role.INTERNAL_SYSTEM]
    assert [held.role for held in group.in_post("person/P1", JUNE)] == [Role.PROMOTER]


def test_the_holders_of_a_seat_are_those_of_its_role_scope_and_day() -> None:
    seats = [appointed(JUNE, D1), appointed(JULY, D1, Role.PI_STAFF)]
    group = organisation(person_P1=[hired(), *seats, transferred(OCTOBER, "D2")])
    assert [held.principal for held in group.holders(Role.PROMOTER, D1, JUNE)] == ["person/P1"]
    assert [held.role for held in group.holders(Role.PROMOTER, D1, JULY)] == [Role.PROMOTER]
    assert group.holders(Role.PROMOTER, D1, OCTOBER) == ()
    assert group.holders(Role.DIV_MANAGER, D1, JUNE) == ()
    assert group.holders(Role.PROMOTER, RoleScope(), JUNE) == ()


def test_a_caller_is_of_the_company_of_his_unit() -> None:
    caller = organisation(person_P1=[assigned(JUNE, "S1"), appointed(JUNE, D1)]).caller("person/P1", JUNE)
    assert caller.person is not None
    assert caller.person.company_id == "C1"
    assert [held.scope.company_id for held in caller.appointments] == ["C1"]


def test_a_system_calls_without_a_post() -> None:
    assert organisation().caller("client/payroll", JUNE).person is None


def test_what_names_somebody_unknown_waits_for_him() -> None:
    transfer = transferred(JULY, "D2")
    (waiting,) = organisation(person_P1=[transfer]).waiting()
    assert (waiting.subject, waiting.fact.event, waiting.missing) == ("person/P1", transfer, ("person/P1",))
    assert organisation(person_P1=[transfer, hired()]).waiting() == ()


def test_what_names_unknown_units_and_companies_waits_for_them() -> None:
    group = organisation(person_P1=[hired(unit="D8", company="C8"), appointed(JUNE, RoleScope(org_unit_id="D9"))])
    assert [each.missing for each in group.waiting()] == [("company/C8", "unit/D8"), ("unit/D9",)]


def test_a_correction_waits_for_what_it_corrects() -> None:
    correction = PersonDataCorrected(person_id="P1", corrects_event_id="lost", locale="en")
    assert [each.missing for each in organisation(person_P1=[hired(), correction]).waiting()] == [("event/lost",)]


@pytest.mark.parametrize("role", [Role.EXT_AUDITOR, Role.CONTRACTOR_REP])
def test_nobody_waits_for_the_hire_of_an_outsider(role: Role) -> None:
    assert organisation(person_X1=[appointed(JUNE, RoleScope(), role, person="X1")]).waiting() == ()


def test_a_snapshot_counts_who_is_in_post_at_the_end_of_the_day() -> None:
    concurrent = transferred(JUNE, "D2", kind=TransferKind.CONCURRENT)
    group = organisation(
        person_P3=[hired(), left(JUNE)],
        person_P2=[hired(OCTOBER).model_copy(update={"person_id": "P2"})],
        person_P1=[hired(), concurrent, EmployeeLeaveStarted(person_id="P1", start=JUNE)],
    )
    assert snapshot(group, JULY) == HrSnapshotPublished(as_of=JULY, count=1, hash=sha256(b"P1|D1\n").hexdigest())
    assert snapshot(group, JANUARY).hash == sha256(b"P1|D1\nP2|D1\n").hexdigest()
