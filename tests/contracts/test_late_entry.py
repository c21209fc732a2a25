"""Which changes may be entered late: those that say what happened outside, never what is decided here."""

from typing import Any, Final

import pytest

from daicho.contracts.openapi import describe

FACTS: Final = {
    "ledger": {
        *("register_slip", "assign_custodian", "release_custodian", "set_slip_storage", "record_disposal"),
        *("start_inspection", "submit_inspection"),
    },
    "incidents": {
        *("report_incident", "acknowledge_incident", "update_affected"),
        *("file_report", "notify_subjects", "contain_incident"),
    },
    "training": {"record_attempt"},
}


def _body(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return dict(document["components"]["schemas"].get(name, schema))


@pytest.mark.parametrize("service", FACTS)
def test_only_facts_take_a_time_and_each_a_reason_with_it(service: str) -> None:
    document = describe(service)
    operations = [each for item in document["paths"].values() for each in item.values() if isinstance(each, dict)]
    fields = {each["operationId"]: set(_body(document, each).get("properties", {})) for each in operations}
    assert {name for name, found in fields.items() if "time" in found} == FACTS[service]
    assert {name for name, found in fields.items() if "late_reason" in found} == FACTS[service]
