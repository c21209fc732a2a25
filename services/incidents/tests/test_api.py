"""Incidents over REST, from a report to its closure, on real PostgreSQL and Kafka."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from daicho.embedded.parts import Parts
from services.incidents import problems
from services.incidents.narratives import Draft, vault_of
from services.incidents.tests.house import (
    ASSESSMENT,
    NARRATIVE,
    REPORT,
    SYSTEM,
    open_group,
    open_house,
    reported,
    take,
)
from shared.runtime.database import borrow, transaction
from shared.testing.house import House
from shared.testing.stack import Templates

pytestmark = pytest.mark.stack

NUMBER = "123456789018"
"""Its twelfth digit checks the others."""


@pytest.fixture(scope="module")
async def house(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(parts, templates, tmp_path_factory.mktemp("incidents")) as opened:
        await open_group(opened)
        yield opened


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def told(house: House, incident: str) -> list[dict[str, Any]]:
    query = "SELECT convert_from(body, 'UTF8')::jsonb AS body FROM event WHERE stream = $1 ORDER BY version"
    return [row["body"] for row in await house.fetch(query, f"incident/{incident}")]


async def types(house: House, incident: str) -> list[str]:
    return [each["type"].removeprefix("incidents.").removesuffix(".v1") for each in await told(house, incident)]


async def assessed(house: House) -> str:
    incident = await reported(house)
    await take(house, "CONTACT", incident, "acknowledgement", {"capacity": "CONTACT_POINT"})
    await take(house, "OFFICE", incident, "assessment", ASSESSMENT)
    return incident


# --- the whole way ----------------------------------------------------------------------------------------------------


async def test_a_report_informs_the_manager_up_the_line_and_the_contact_point(house: House) -> None:
    incident = await reported(house)
    report, supervisor, contact = await told(house, incident)
    assert (report["orgunitid"], report["companyid"], report["actor"]) == ("C01-D07-S1", "C01", "person/REPORTER")
    assert supervisor["data"]["person_ids"] == ["MANAGER"]
    assert contact["data"]["person_ids"] == ["CONTACT"]


async def test_an_incident_goes_from_its_report_to_its_closure(house: House) -> None:
    incident = await assessed(house)
    await take(house, "MANAGER", incident, "acknowledgement", {"capacity": "SUPERVISOR"})
    shown = await take(house, "PPOM", incident, "confirmation", {"slip_ids": ["S-0007"]})
    preliminary, duty = shown["obligations"]
    assert (preliminary["regime"], preliminary["due_at"]) == ("MINISTRY_PRE2022_PRELIM", "2016-04-05T15:00:00Z")
    assert (duty["regime"], duty["due_at"]) == ("MINISTRY_PRE2022", "2016-05-02T15:00:00Z")  # 30 April is a Saturday
    await take(house, "OFFICE", incident, "filings", {"obligation_id": duty["obligation_id"], "stage": "BOTH"})
    await take(house, "OFFICE", incident, "notices", {"count": 900, "method": "LETTER", "items": ["OVERVIEW"]})
    await take(house, "OFFICE", incident, "containment")
    shown = await take(house, "PIPA", incident, "closure")
    assert (shown["state"], shown["obligations"][0]["on_time"]) == ("closed", True)
    assert await types(house, incident) == [
        "IncidentReported", "SupervisorInformed", "ContactPointInformed", "ContactPointAcknowledged",
        "IncidentAssessed", *("ReportingObligationOpened",) * 2, "SupervisorAcknowledged", "IncidentConfirmed",
        *("AuthorityReportFiled",) * 2, "SubjectsNotified", "ContainmentRecorded", "IncidentClosed",
    ]  # fmt: skip


async def test_the_lists_show_the_incident_and_what_is_still_awaited(house: House) -> None:
    incident = await assessed(house)
    await house.settled()
    board = (await house.get("CONTACT", "/v1/incidents", params={"state": "assessed", "limit": 200})).json()["items"]
    assert [item["severity"] for item in board if item["incident_id"] == incident] == ["MEDIUM"]
    clock = (await house.get("PIPA", "/v1/obligations", params={"open": "true", "limit": 200})).json()["items"]
    mine = next(item for item in clock if item["obligation_id"] == f"{incident}.MINISTRY_PRE2022")
    assert (mine["state"], mine["rule_pack"]) == ("open", "house-2016")
    assert mine["remaining_seconds"] == int(
        (datetime(2016, 5, 2, 15, tzinfo=UTC) - house.clock.now()).total_seconds()
    )  # fmt: skip
    await take(house, "PPOM", incident, "dismissal", {"ground": "NO_INCIDENT", "rationale": "Blank forms."})
    await house.settled()
    clock = (await house.get("PIPA", "/v1/obligations", params={"open": "true", "limit": 200})).json()["items"]
    assert incident not in {item["incident_id"] for item in clock}


async def test_pages_of_obligations_follow_each_other(house: House) -> None:
    for _ in range(2):
        await assessed(house)
    await house.settled()
    seen, cursor = [], None
    while True:
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await house.get("CONTACT", "/v1/obligations", params=params)).json()
        seen += [item["obligation_id"] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert len(seen) == len(set(seen)) == await house.value("SELECT count(*) FROM obligation_clock")


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "incident_seen", "text_seen"),
    [
        ("REPORTER", 200, 200),
        ("MANAGER", 200, 200),
        ("CONTACT", 200, 200),
        ("PPOM", 200, 200),
        ("OFFICE", 200, 200),
        ("PIPA", 200, 200),
        ("AUDITOR", 200, 403),
        (SYSTEM, 200, 403),
        ("COLLEAGUE", 404, 404),
        ("OTHER-MANAGER", 404, 404),
        ("OTHER-OFFICE", 404, 404),
        ("STRANGER", 404, 404),
    ],
)
async def test_who_handles_an_incident_sees_it_and_who_needs_to_know_its_text(
    house: House, who: str, incident_seen: int, text_seen: int
) -> None:
    incident = await reported(house)
    await house.settled()
    path = f"/v1/incidents/{incident}"
    assert (await house.get(who, path)).status_code == incident_seen
    assert (await house.get(who, f"{path}/narrative")).status_code == text_seen
    page = (await house.get(who, "/v1/incidents", params={"limit": 200})).json()
    assert (incident in {item["incident_id"] for item in page["items"]}) == (incident_seen == 200)


@pytest.mark.parametrize(
    ("step", "body", "by"),
    [
        ("acknowledgement", {"capacity": "CONTACT_POINT"}, {"CONTACT"}),
        ("acknowledgement", {"capacity": "SUPERVISOR"}, {"MANAGER"}),
        ("assessment", ASSESSMENT, {"CONTACT", "OFFICE"}),
        ("awareness", {"aware_at": REPORT["aware_at"], "justification": "x"}, {"CONTACT", "PPOM"}),
        ("confirmation", {}, {"PPOM"}),
        ("dismissal", {"ground": "DUPLICATE", "rationale": "x"}, {"PPOM"}),
        ("affected", {"affected": {"most": 1}}, {"OFFICE"}),
        ("decisions", {"obligation_id": "X", "decided": "REQUIRED", "rationale": "x"}, {"PIPA"}),
        ("filings", {"obligation_id": "X", "stage": "FINAL"}, {"OFFICE"}),
        ("notices", {"count": 1, "method": "LETTER", "items": ["CAUSE"]}, {"OFFICE"}),
        ("containment", {}, {"OFFICE"}),
        ("closure", {}, {"PIPA"}),
        ("reopening", {"reason": "x"}, {"PIPA"}),
    ],
)
async def test_each_step_is_taken_by_whom_the_table_says(
    house: House, step: str, body: dict[str, Any], by: set[str]
) -> None:
    everybody = ("MANAGER", "CONTACT", "PPOM", "OFFICE", "PIPA", "AUDITOR", "REPORTER")
    incident = await reported(house)
    answers = {who: await house.post(who, f"/v1/incidents/{incident}/{step}", body) for who in everybody}
    assert {who for who, answer in answers.items() if answer.status_code != 403} == by
    assert (await house.post("COLLEAGUE", f"/v1/incidents/{incident}/{step}", body)).status_code == 404


async def test_who_is_not_in_post_reports_nothing(house: House) -> None:
    answer = await house.post("STRANGER", "/v1/incidents", REPORT | {"aware_org_unit_id": "C01-D08"})
    assert problem(answer) == (404, "not-found")


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"narrative": f"His number is {NUMBER}."}, (422, "national-id-number")),
        ({"narrative": "1234-5678-9018"}, (422, "national-id-number")),
        ({"late_reason": NUMBER}, (422, "national-id-number")),
        ({"aware_org_unit_id": "C09-D01"}, (422, "invalid-request")),
        ({"aware_at": "2016-04-01T08:30:00"}, (422, "invalid-request")),
        ({"aware_at": "2016-04-01T09:01:00+09:00", "time": "2016-04-01T09:00:00+09:00"}, (409, "aware-after-report")),
        ({"time": "2016-04-02T09:00:00+09:00"}, (409, "entry-in-the-future")),
        ({"victims": ["somebody"]}, (422, "invalid-request")),
    ],
)
async def test_what_does_not_fit_is_refused_and_leaves_nothing(
    house: House, change: dict[str, Any], expected: tuple[int, str]
) -> None:
    await house.settled()
    before = await house.written(), await house.value("SELECT count(*) FROM narrative")
    answer = await house.post("REPORTER", "/v1/incidents", REPORT | change)
    assert problem(answer) == expected
    assert NUMBER not in answer.text
    assert (await house.written(), await house.value("SELECT count(*) FROM narrative")) == before


async def test_every_refusal_of_this_service_has_a_page_that_explains_it(house: House) -> None:
    for slug, *_ in problems._REFUSALS:
        assert (await house.ask("GET", f"/problems/{slug}", None)).json()["cure"]


async def test_a_late_entry_keeps_its_time_says_why_and_is_marked(house: House) -> None:
    long_ago = {"discovered_at": "2016-02-01T09:00:00+09:00", "aware_at": "2016-02-01T09:00:00+09:00"}
    body = REPORT | long_ago | {"time": "2016-02-01T10:00:00+09:00"}
    assert problem(await house.post("REPORTER", "/v1/incidents", body)) == (409, "late-entry")
    incident = await reported(house, **long_ago, time=body["time"], late_reason="Reported on paper.")
    report = (await told(house, incident))[0]
    assert (report["time"], report["data"]["backdated"]) == ("2016-02-01T01:00:00Z", True)
    assert report["recordedtime"] > report["time"]


@pytest.mark.parametrize(
    ("who", "step", "body"),
    [
        ("PPOM", "awareness", {"aware_at": "2016-04-01T08:00:00+09:00", "justification": "The help desk knew."}),
        ("OFFICE", "assessment", ASSESSMENT),
        ("PPOM", "confirmation", {}),
        ("PPOM", "dismissal", {"ground": "NO_INCIDENT", "rationale": "Blank forms."}),
        ("PIPA", "closure", {}),
        ("PIPA", "reopening", {"reason": "More was lost."}),
    ],
)
async def test_what_is_decided_is_decided_when_it_is_sent(
    house: House, who: str, step: str, body: dict[str, Any]
) -> None:
    incident = await assessed(house)
    when = {"time": "2016-04-01T08:59:00+09:00"}
    answer = await house.post(who, f"/v1/incidents/{incident}/{step}", body | when)
    assert problem(answer) == (422, "invalid-request")
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/time"]


# --- time -------------------------------------------------------------------------------------------------------------


async def test_deadlines_are_warned_of_and_missed_as_time_goes_by_and_not_after_filing(house: House) -> None:
    waiting, done = await assessed(house), await assessed(house)
    await take(house, "PPOM", done, "confirmation")
    filing = {"obligation_id": f"{done}.MINISTRY_PRE2022", "stage": "BOTH"}
    await take(house, "OFFICE", done, "filings", filing)
    before = house.clock.now()
    house.clock.advance(timedelta(days=40))
    try:
        await house.settled()
        late = [each for each in await told(house, waiting) if "Deadline" in each["type"]]
    finally:
        house.clock.set(before, backwards=True)
    said = [(each["data"]["regime"].rpartition("_")[2], each["data"].get("warned", "missed")) for each in late]
    near = ["T-2d", "T-1d", "T-4h", "missed"]
    assert [what for regime, what in said if regime == "PRELIM"] in ([*near], ["SOFT_DUE", *near])
    assert [what for regime, what in said if regime == "PRE2022"] == near
    assert late[-1]["time"] == "2016-05-02T15:00:00Z"
    assert not [each for each in await types(house, done) if "Deadline" in each]


# --- texts ------------------------------------------------------------------------------------------------------------


async def everything(house: House) -> str:
    """Every row of every table as text, bytes as they are and base64, and the log."""
    tables = await house.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = [house.log.getvalue()]
    for table in tables:
        for row in await house.fetch(f'SELECT * FROM "{table["tablename"]}"'):
            found += [value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in row.values()]
    return "\n".join(found)


async def test_the_text_of_a_report_stands_nowhere_in_clear_and_can_be_read(house: House) -> None:
    incident = await reported(house)
    await house.settled()
    kept = await everything(house)
    assert incident in kept
    assert NARRATIVE not in kept
    assert base64.b64encode(NARRATIVE.encode()).decode() not in kept
    shown = (await house.get("CONTACT", f"/v1/incidents/{incident}/narrative")).json()
    assert shown["narrative"] == NARRATIVE
    account = (await told(house, incident))[0]["data"]["account"]
    assert [(each["ref"], each["salted_hash"]) for each in shown["texts"]] == [(account["ref"], account["salted_hash"])]
    assert account["salted_hash"] != sha256(NARRATIVE.encode()).hexdigest()


async def test_from_what_is_kept_of_a_request_its_text_can_not_be_guessed(house: House) -> None:
    """The request's hash needs the caller's key, which stands nowhere."""
    key = "0197a3f0-7d2e-7c3b-9f61-3b1f0a5d2c99"
    first = await house.post("REPORTER", "/v1/incidents", REPORT, key=key)
    again = await house.post("REPORTER", "/v1/incidents", REPORT, key=key)
    assert again.json() == first.json()
    assert key not in await everything(house)


async def test_after_the_erasure_nobody_reads_the_texts_and_the_proofs_stay(house: House) -> None:
    incident, other = await assessed(house), await reported(house)
    path = f"/v1/incidents/{incident}/narrative"
    account = (await told(house, incident))[0]["data"]["account"]
    version = len(await told(house, incident))
    assert problem(await house.delete("OFFICE", path, version=version)) == (403, "forbidden")
    assert problem(await house.delete("PIPA", path, version=version - 1)) == (412, "stale-version")
    assert (await house.delete("PIPA", path, version=version)).status_code == 200
    shown = (await house.get("CONTACT", path)).json()
    assert (shown["narrative"], shown["texts"]) == ("[erased]", [])
    for table in ("incident_key", "narrative"):
        assert await house.value(f"SELECT count(*) FROM {table} WHERE incident_id = $1", incident) == 0
    assert (await told(house, incident))[0]["data"]["account"] == account
    assert (await types(house, incident))[-1] == "AccountErased"
    assert (await house.get("CONTACT", f"/v1/incidents/{other}/narrative")).json()["narrative"] == NARRATIVE


async def test_a_step_that_changes_nothing_keeps_no_text(house: House) -> None:
    incident = await assessed(house)
    await take(house, "PPOM", incident, "confirmation")
    count = "SELECT count(*) FROM narrative WHERE incident_id = $1"
    before = await house.value(count, incident)
    await take(house, "PIPA", incident, "reopening", {"reason": "It is open anyway."})
    assert await house.value(count, incident) == before


async def test_a_text_is_read_only_under_its_own_reference_and_with_the_right_key(house: House) -> None:
    vault, draft = vault_of(house.running.settings), Draft.of("account", "words")
    keep = vault.keeping("I-VAULT", [draft])
    assert keep is not None
    async with transaction(house.running.pool) as connection:
        await keep(connection)
    async with borrow(house.running.pool) as connection:
        (text,) = await vault.read(connection, "I-VAULT")
    assert (text.text, text.salted_hash) == ("words", draft.sealed.salted_hash)
