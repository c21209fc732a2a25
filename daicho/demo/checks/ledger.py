"""Whether every holding is on its slip and inspected on time, and the division that does not inspect is found."""

from typing import Final

from daicho.demo.acts.callers import OFFICE
from daicho.demo.checks.evidence import YEAR_ASKED, Evidence, Question
from daicho.demo.screen import Check
from daicho.demo.script.deck import succeeding_unit
from daicho.demo.script.holdings import LATE_BEGUN, LATE_ENTERED
from daicho.demo.script.inspecting import OUT_OF_TURN, overdue_in_year
from daicho.demo.script.moments import YEAR
from daicho.demo.script.planted import GONE
from shared.events.ledger import Priority


async def _registered(evidence: Evidence) -> Check:
    """Those of the merged division are with its successor (F25)."""
    holdings = evidence.script.holdings
    slips = {each["slip_id"]: each["org_unit_id"] for each in await evidence.listed("ledger", "/v1/slips")}
    successor = succeeding_unit(evidence.script.group).unit_id
    moved = slips.get(holdings.merged.slip_id)
    passed = set(slips) == {each.slip_id for each in holdings.all} and moved == successor
    told = f"{len(slips):,} slips in {len(set(slips.values()))} units; {holdings.merged.slip_id} went over to {moved}"
    return Check("every holding has its slip, also after a merger", passed, told)


async def _bad_division(evidence: Evidence) -> Check:
    """What fell due in the year and was not inspected in time is one division's, and all of it is found."""
    holdings, found, expected = evidence.script.holdings, dict[str, set[str]](), dict[str, set[str]]()
    for rule, priority in (("C01", Priority.NORMAL), ("C02", Priority.HIGH)):
        found[rule] = await evidence.auditor.exceptions(rule, **YEAR_ASKED)
        expected[rule] = {f"slip/{each}" for each in overdue_in_year(holdings, priority)}
    units = {str(row["unit"]) for row in await _rows(evidence) if row["pass"] is False}
    where = ", ".join(sorted(units)) or "no unit"
    told = f"C01 {len(found['C01'])} and C02 {len(found['C02'])} slips overdue, in {where}"
    passed = found == expected and units == {holdings.bad.division}
    return Check("the division that does not inspect is found", passed, told)


async def _rows(evidence: Evidence) -> list[dict[str, object]]:
    """Of every unit, for slips of either priority."""
    rows = []
    for rule in ("C01", "C02"):
        rows += await evidence.auditor.table(rule=rule, **YEAR_ASKED)
    companies = set(evidence.script.group.company) | {"group"}
    return [row for row in rows if row["unit"] not in companies]


async def _out_of_turn(evidence: Evidence) -> Check:
    """What an incident touched is inspected out of turn (F34), and its regular cycle goes on."""
    leaked = evidence.script.holdings.leaked.slip_id
    inspections = await evidence.listed("ledger", "/v1/inspections", slip_id=leaked)
    emergency = [each for each in inspections if each["kind"] == "EMERGENCY"]
    done = {(each["incident_id"], each["state"], each["overdue"]) for each in emergency}
    passed = done == {(evidence.kept.get("leak"), "completed", False)} and len(emergency) == 1
    told = f"{leaked}: {len(emergency)} inspection out of turn, done on {OUT_OF_TURN}, {len(inspections)} in all"
    return Check("what leaked is inspected out of turn", passed, told)


async def _numbers_alone(evidence: Evidence) -> Check:
    """Of National ID numbers it must always be clear who is in charge (F23)."""
    alone = evidence.script.holdings.alone
    found = await evidence.auditor.exceptions("C03", as_of=YEAR.end.isoformat())
    listed = await evidence.listed("ledger", "/v1/number-locations")
    nobody = {each["slip_id"] for each in listed if not each["persons_in_charge"]}
    passed = found == {f"slip/{alone.slip_id}"} and nobody == {alone.slip_id}
    told = f"{', '.join(sorted(nobody)) or 'none'} of {len(listed)}, since {alone.custodian} left on {GONE}"
    return Check("the National ID numbers that nobody is in charge of", passed, told if nobody else "none")


async def _late_slip(evidence: Evidence) -> Check:
    """On its own day it was there, and on that day nobody knew."""
    late, known = evidence.script.holdings.late, evidence.script.group.calendar.before(LATE_ENTERED)
    then = await evidence.auditor.standing(known.day, known.at, rule="C01")
    now = await evidence.auditor.standing(known.day, rule="C01")
    more = now["den"] + now["open"] - then["den"] - then["open"]
    passed = more == 1 and await _backdated(evidence, late.slip_id)
    said = f"{late.slip_id} began on {LATE_BEGUN} and was entered on {LATE_ENTERED}"
    told = f"{said}; slips on {known.day}: {then['den']:,} as known then, {now['den']:,} as known today"
    return Check("the holding that was entered late", passed, told)


async def _backdated(evidence: Evidence, slip_id: str) -> bool:
    """Whether its first entry says so itself."""
    answer = await evidence.people.get(OFFICE, "ledger", f"/v1/slips/{slip_id}/history")
    return answer["items"][0]["data"].get("backdated") is True


QUESTIONS: Final[tuple[Question, ...]] = (_registered, _bad_division, _out_of_turn, _numbers_alone, _late_slip)
