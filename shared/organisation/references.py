"""What an HR event names, and the texts it carries."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from shared.events.hr import CompanyJoinedGroup, EmployeeHired, HrEvent, OrgUnitCreated, SupplierWorkerAssigned

_KINDS: Final = {
    "person_id": "person",
    "company_id": "company",
    "employer_company_id": "company",
    "successor_id": "company",
    "org_unit_id": "unit",
    "host_org_unit_id": "unit",
    "parent_id": "unit",
    "successors": "unit",
}
"""Superiors, substitutes and who appointed whom are told in passing: nothing waits for them."""


def named(event: BaseModel) -> Iterator[str]:
    """The people, units and companies an event is about, as `person/<id>`, `unit/<id>`, `company/<id>`."""
    for field in type(event).model_fields:
        value = getattr(event, field)
        if isinstance(value, BaseModel):
            yield from named(value)
        elif value and field in _KINDS:
            ids = value if isinstance(value, tuple) else (value,)
            yield from (f"{_KINDS[field]}/{each}" for each in ids)


def introduced(event: HrEvent) -> str | None:
    """Whom or what an event makes known, as `named` writes it."""
    match event:
        case EmployeeHired(person_id=person) | SupplierWorkerAssigned(person_id=person):
            return f"person/{person}"
        case OrgUnitCreated(org_unit_id=unit):
            return f"unit/{unit}"
        case CompanyJoinedGroup(company_id=company):
            return f"company/{company}"
        case _:
            return None


def hr_texts(event: HrEvent) -> Iterator[str]:
    """Every text of an event in which a National ID number could hide, ids included; digests are none."""
    yield from texts(event.model_dump(exclude={"hash"}))


def texts(value: Any) -> Iterator[str]:
    """Every string inside a JSON value."""
    match value:
        case str():
            yield str(value)
        case dict():
            yield from (text for each in value.values() for text in texts(each))
        case list() | tuple():
            yield from (text for each in value for text in texts(each))
