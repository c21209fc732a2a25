"""Any life of a slip and its inspections, against a model in a plain dict that knows nothing of events."""

from datetime import date, timedelta
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.ledger.api.slips import shown as slip_shown
from services.ledger.app import SERVICE
from services.ledger.domain.inspection import name as inspection_name
from services.ledger.domain.slip import name as slip_name
from services.ledger.known import Known
from services.ledger.reactions import react
from services.ledger.tests.words import (
    ALSO,
    APPROVE,
    ASSIGN,
    DETAILS,
    DISPOSE,
    LOWER,
    NUMBERS,
    RAISE,
    REGISTER,
    REGISTERED_ON,
    RELEASE,
    REQUEST_DISPOSAL,
    RETURN,
    START,
    SUBMIT,
    TRANSFER,
    VACATE,
    WITHDRAW,
    changed,
)
from services.ledger.views import inspection_calendar, slip_register
from services.ledger.views.inspection_calendar import InspectionRow
from services.ledger.views.slip_register import SlipRow
from shared.decider import Command
from shared.events.codec import Recorded
from shared.events.ledger import Priority
from shared.law.calendar import add_months, start_of_day
from shared.organisation.organisation import Organisation
from shared.testing.life import NOON, Life, Trial, any_life

ONE_DAY: Final = timedelta(days=1)
OPEN: Final = ("scheduled", "due", "in-progress", "submitted", "returned")


class SlipLife(Life):
    """`model` says what should be; every command is decided, read back as bytes, shown, and reacted to."""

    aggregates = SERVICE.aggregates
    begins = start_of_day(REGISTERED_ON) + NOON

    def __init__(self) -> None:
        super().__init__()
        self.slip_row: SlipRow | None = None
        self.rows: dict[str, InspectionRow] = {}
        self.model: dict[str, Any] = {}

    def heard(self, recorded: Recorded) -> None:
        """Read by the views, and reacted to at once."""
        self._show(recorded)
        known = Known(Organisation.of(()), (self.slip_row,) if self.slip_row else (), tuple(self.rows.values()))
        for step in react(recorded, known, self.today):
            assert isinstance(step, Command)
            assert self.give(step) is None

    def _show(self, recorded: Recorded) -> None:
        if slip_register.key(recorded):
            self.slip_row = slip_register.project(self.slip_row, recorded)
        elif key := inspection_calendar.key(recorded):
            row = inspection_calendar.project(self.rows.get(key), recorded)
            assert row is not None
            self.rows[key] = row

    def inspection(self, command: Any, **fields: Any) -> str | None:
        """Given to the current cycle, as the API gives it."""
        fields |= {"cycle": f"REG-{self.model['cycle']}", "slip_in_force": self.model["in_force"]}
        return self.give(changed(command, **fields))

    # --- what may happen ----------------------------------------------------------------------------------------------

    @initialize(numbers=st.booleans())
    def register(self, numbers: bool) -> None:
        """Half of them hold National ID numbers."""
        assert self.give(changed(REGISTER, details=NUMBERS if numbers else DETAILS)) is None
        self.model = {
            "state": "active", "in_force": True, "priority": "HIGH" if numbers else "NORMAL", "numbers": numbers,
            "unit": "C01-D07", "people": {"P1"},
            "cycle": 1, "basis": self.today, "since": self.today, "inspection": "scheduled", "approved": set(),
        }  # fmt: skip

    @rule(days=st.sampled_from([1, 29, 30, 31, 154, 184, 335]))
    def let_time_pass(self, days: int) -> None:
        self.wait_days(days)
        self.settle()

    def settle(self) -> None:
        """The window has opened by noon."""
        if self.model["inspection"] == "scheduled" and self.today >= self.due_day() - 30 * ONE_DAY:
            self.model["inspection"] = "due"

    def due_day(self) -> date:
        """Twelve months, of high priority six; raised since, with thirty days' notice."""
        basis: date = self.model["basis"]
        since: date = self.model["since"]
        if self.model["priority"] == "NORMAL":
            return add_months(basis, 12)
        return min(add_months(basis, 12), max(add_months(basis, 6), since + 30 * ONE_DAY if since > basis else basis))

    @rule(high=st.booleans(), approved=st.booleans())
    def prioritise(self, high: bool, approved: bool) -> None:
        wanted = "HIGH" if high else "NORMAL"
        refusal = self.give(RAISE if high else changed(LOWER, approved_by="PPOM1" if approved else None))
        if not self.model["in_force"]:
            assert refusal == "slip-over"
        elif not high and self.model["numbers"]:
            assert refusal == "number-slip-incomplete"
        elif wanted != self.model["priority"] and not high and not approved:
            assert refusal == "approval-needed"
        else:
            assert refusal is None
            if wanted != self.model["priority"]:
                self.model |= {"priority": wanted, "since": self.today}
                self.settle()

    @rule()
    def somebody_takes_charge(self) -> None:
        at = start_of_day(self.today)
        assert (self.give(changed(ASSIGN, time=at, now=at)) is None) == self.model["in_force"]
        if self.model["in_force"]:
            self.model["people"] = self.model["people"] | {"P2"}

    @rule(person=st.sampled_from(["P1", "P2"]))
    def give_up_charge(self, person: str) -> None:
        """Numbers are never left alone by our own doing."""
        at = start_of_day(self.today)
        refusal = self.give(changed(RELEASE, person_id=person, time=at, now=at))
        last = self.model["numbers"] and self.model["people"] == {person}
        assert refusal == (("last-manager" if last else None) if self.model["in_force"] else "slip-over")
        if refusal is None:
            self.model["people"] = self.model["people"] - {person}

    @rule()
    def somebody_leaves(self) -> None:
        assert self.give(VACATE) is None
        if self.model["in_force"]:
            self.model["people"] = self.model["people"] - {"P1"}

    @rule()
    def hand_over(self) -> None:
        assert (self.give(TRANSFER) is None) == self.model["in_force"]
        if self.model["in_force"]:
            self.model["unit"] = "C02-D07"

    @rule()
    def start(self) -> None:
        refusal = self.inspection(START)
        state = self.model["inspection"]
        expected = {"scheduled": "inspection-not-due"}.get(state)
        assert refusal == (expected if self.model["in_force"] else "slip-over")
        if state == "due" and refusal is None:
            self.model["inspection"] = "in-progress"

    @rule()
    def submit(self) -> None:
        at = start_of_day(self.today)
        refusal = self.inspection(SUBMIT, time=at, now=at)
        ready = self.model["inspection"] in {"in-progress", "returned"}
        assert refusal == (None if ready else "inspection-not-started") or not self.model["in_force"]
        if refusal is None:
            self.model |= {"inspection": "submitted", "approved": set()}

    @rule()
    def send_back(self) -> None:
        if self.inspection(RETURN) is None:
            assert self.model["inspection"] == "submitted"
            self.model["inspection"] = "returned"

    @rule(promoter=st.booleans(), person=st.sampled_from(["DM1", "PR1", "P1"]))
    def approve(self, promoter: bool, person: str) -> None:
        role = "PROMOTER" if promoter else "DIV_MANAGER"
        refusal = self.inspection(ALSO if promoter else APPROVE, approved_by=person, on=self.today)
        if not self.model["in_force"] or self.model["inspection"] != "submitted":
            assert refusal is not None
            return
        others = {who for what, who in self.model["approved"] if what != role}
        needed = {"DIV_MANAGER"} if self.model["priority"] == "NORMAL" else {"DIV_MANAGER", "PROMOTER"}
        allowed = person != "P1" and role in needed and person not in others
        assert (refusal is None) == allowed
        if allowed:
            self._approved(role, person, needed)

    def _approved(self, role: str, person: str, needed: set[str]) -> None:
        if role not in {what for what, _ in self.model["approved"]}:
            self.model["approved"] = self.model["approved"] | {(role, person)}
        if needed <= {what for what, _ in self.model["approved"]}:
            self.model |= {"cycle": self.model["cycle"] + 1, "basis": self.today, "inspection": "scheduled"}
            self.model["approved"] = set()
            self.settle()

    @rule(seldom=st.integers(0, 9))
    def ask_for_disposal(self, seldom: int) -> None:
        if seldom == 0:
            assert (self.give(REQUEST_DISPOSAL) is None) == self.model["in_force"]
            self.model["state"] = "disposal-pending" if self.model["in_force"] else self.model["state"]

    @rule(approver=st.sampled_from([None, "P1", "DM1"]))
    def dispose(self, approver: str | None) -> None:
        """Numbers only with the word of somebody who did not ask for it."""
        at = start_of_day(self.today)
        refusal = self.give(changed(DISPOSE, approved_by=approver, time=at, now=at))
        assert refusal == self._refusal_to_dispose(approver)
        self._end("disposed", refusal)

    def _refusal_to_dispose(self, approver: str | None) -> str | None:
        if self.model["state"] in {"disposed", "withdrawn"}:
            return None if self.model["state"] == "disposed" else "slip-over"
        if self.model["state"] == "active":
            return "disposal-not-requested"
        if not self.model["numbers"] or approver == "DM1":
            return None
        return "own-request" if approver else "approval-needed"

    @rule(seldom=st.integers(0, 19))
    def withdraw(self, seldom: int) -> None:
        if seldom == 0:
            refusal = self.give(WITHDRAW)
            assert (refusal is None) == (self.model["state"] != "disposed")
            self._end("withdrawn", refusal)

    def _end(self, state: str, refusal: str | None) -> None:
        if refusal is None:
            self.model |= {"state": state, "in_force": False, "inspection": "cancelled"}

    # --- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def the_slip_is_as_the_model_says(self) -> None:
        slip = self.state("slip/S1")
        if not self.model:
            return
        told = slip_shown(slip, len(self.told("slip/S1")))
        people = {each.person_id for each in told.details.custodians}
        assert (slip_name(slip), told.org_unit_id, told.details.priority, people) == (
            self.model["state"], self.model["unit"], Priority(self.model["priority"]), self.model["people"],
        )  # fmt: skip

    @invariant()
    def its_inspection_is_as_the_model_says(self) -> None:
        if not self.model:
            return
        inspection = self.state(f"inspection/S1/REG-{self.model['cycle']}")
        assert inspection_name(inspection) == self.model["inspection"]
        if self.model["in_force"]:
            assert inspection.plan.due_date == self.due_day()
            assert inspection.plan.org_unit_id == self.model["unit"]

    @invariant()
    def at_most_one_regular_inspection_is_open(self) -> None:
        assert sum(row.state in OPEN for row in self.rows.values()) == (
            1 if self.model and self.model["in_force"] else 0
        )

    @invariant()
    def due_is_told_once_per_cycle(self) -> None:
        for stream in self.recorded.values():
            assert sum(type(each.event).__name__ == "InspectionDue" for each in stream) <= 1

    @invariant()
    def the_views_agree_with_the_folds(self) -> None:
        if not self.model or self.slip_row is None:
            return
        row = self.slip_row
        assert (row.state, row.org_unit_id, set(row.people)) == (
            self.model["state"], self.model["unit"], self.model["people"],
        )  # fmt: skip
        for key, shown in self.rows.items():
            inspection = self.state(f"inspection/{key}")
            assert (shown.state, shown.overdue, shown.due_date) == (
                inspection_name(inspection), inspection.overdue, inspection.plan.due_date,
            )  # fmt: skip


@any_life
def test_whatever_happens_to_a_slip_it_and_its_inspections_are_as_the_model_says(trial: Trial) -> None:
    trial.of(SlipLife)
