from collections import Counter

import pytest

from daicho.demo.script.group import SCALES, make_group
from daicho.demo.script.loading import initial_load
from daicho.demo.script.seats import SYSTEMS, appointments
from daicho.personas import PERSONAS
from shared.events.hr import EmployeeHired, PersonKind, Role, RoleScope

SMALL = make_group(2017, "small")


def test_thirty_companies_are_at_home_and_some_abroad() -> None:
    countries = Counter(company.country for company in SMALL.companies)
    assert countries["JP"] == 30
    assert {"SG", "TH", "IN", "US"} <= countries.keys()


@pytest.mark.parametrize("scale", ["tiny", "small", "medium"])
def test_a_scale_says_how_many_people_there_are(scale: str) -> None:
    group = make_group(2017, scale)
    personas = {persona.person_id for persona in PERSONAS.values()}
    own = [each for each in group.members if each.contractor_id is None and each.person_id not in personas]
    assert len(own) == SCALES[scale]


def test_company_sizes_follow_zipf() -> None:
    sizes = [len(SMALL.members_of[f"C{number:02}"]) for number in (2, 3, 5, 9)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 3 * sizes[-1]
    assert min(map(len, SMALL.members_of.values())) >= 1


def test_no_two_people_share_an_id() -> None:
    medium = make_group(2017, "medium")
    assert len({member.person_id for member in medium.members}) == len(medium.members)


def test_everybody_sits_in_a_unit_of_his_company() -> None:
    units = {unit.unit_id: unit.company_id for unit in SMALL.units}
    assert all(units[member.unit_id] == member.company_id for member in SMALL.members)


def test_every_domestic_company_has_an_administrator() -> None:
    seated = {held.scope.company_id for held in appointments(SMALL) if held.role is Role.PIPA}
    assert {company.company_id for company in SMALL.companies if company.domestic} <= seated


def test_the_personas_hold_their_roles() -> None:
    held = {(each.person_id or each.outside_person_id, each.role) for each in appointments(SMALL)}
    by_post = {Role.EMPLOYEE, Role.SUPPLIER_EMPLOYEE}
    wanted = {(each.person_id, Role(each.role)) for each in PERSONAS.values() if Role(each.role) not in by_post}
    assert wanted <= held


def test_the_internal_systems_are_clients_of_the_whole_group() -> None:
    systems = [each for each in appointments(SMALL) if each.role is Role.INTERNAL_SYSTEM]
    assert tuple(each.client_id for each in systems) == SYSTEMS
    assert {each.scope for each in systems} == {RoleScope()}


def test_nobody_of_the_initial_load_is_new() -> None:
    hires = [told.event for told in initial_load(SMALL) if isinstance(told.event, EmployeeHired)]
    assert len(hires) > SCALES["small"]
    assert all(hire.initial_load for hire in hires)


def test_suppliers_and_dispatched_workers_are_among_them() -> None:
    kinds = Counter(member.kind for member in SMALL.members)
    assert set(kinds) == set(PersonKind)


def test_another_seed_is_another_group() -> None:
    assert make_group(1, "tiny").members != make_group(2, "tiny").members
