"""Whether incidents were passed on at once, reported to the authority in time, and counted."""

from typing import Final

from daicho.demo.acts.callers import OFFICE
from daicho.demo.acts.incidents import LEAKED, TOO_LATE
from daicho.demo.checks.evidence import YEAR_ASKED, Evidence, Question
from daicho.demo.screen import Check

REPORTED: Final = 3
COUNTED: Final = 2
"""Incidents of the year: reported, and confirmed as a loss or a leak."""


async def _path(evidence: Evidence) -> Check:
    """Supervisor and contact point took note on the day of the report (F9)."""
    (row,) = await evidence.auditor.table(rule="C20", unit="group", **YEAR_ASKED)
    informed = await _told_once(evidence)
    passed = (row["num"], row["den"]) == (REPORTED, REPORTED) and informed == 2 * REPORTED
    told = f"{row['num']} of {row['den']} on the same day; supervisor and contact point informed {informed} times"
    return Check("incidents go to supervisor and contact point at once", passed, told)


async def _told_once(evidence: Evidence) -> int:
    kinds = ("incidents.SupervisorInformed.v1", "incidents.ContactPointInformed.v1")
    return sum([len(await evidence.listed("audit", "/v1/events", type=kind)) for kind in kinds])


async def _late_report(evidence: Evidence) -> Check:
    """The verdict was given when the report was filed, and stands."""
    incident = evidence.kept["leak"]
    leak = await evidence.people.get(OFFICE, "incidents", f"/v1/incidents/{incident}")
    late = {each["regime"] for each in leak["obligations"] if each["on_time"] is False}
    found = await evidence.auditor.exceptions("C22", **YEAR_ASKED)
    passed = len(late) == 1 and found == {f"incident/{incident}#{regime}" for regime in late}
    how = f"preliminary report filed on {TOO_LATE}, due by the 14th" if late else "every report was in time"
    told = f"{leak['incident_no']}, {LEAKED:,} persons, {leak['state']}: {how}"
    return Check("the preliminary report that was late", passed, told)


async def _counted(evidence: Evidence) -> Check:
    """Every one of them is one too many (F12)."""
    (row,) = await evidence.auditor.table(rule="C23", unit="group", **YEAR_ASKED)
    told = f"{row['value']:g} confirmed of {REPORTED} reported; the goal is none"
    return Check("the year's incidents are counted", row["value"] == COUNTED and row["pass"] is False, told)


QUESTIONS: Final[tuple[Question, ...]] = (_path, _late_report, _counted)
