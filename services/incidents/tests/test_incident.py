"""From a report to its end: each transition, and each refusal."""

from datetime import datetime, timedelta

import pytest

from services.incidents.domain.case import Unreported, name
from services.incidents.domain.commands import Act
from services.incidents.domain.incident import INCIDENT
from services.incidents.tests.words import (
    ASSESS,
    AWARE,
    CLOSE,
    CONFIRM,
    CONTAIN,
    CORRECT,
    DISMISS,
    ERASE,
    ID,
    NOTIFY,
    REOPEN,
    REPORT,
    REPORTED_AT,
    TAKE_NOTE,
    TAKE_OVER,
    TEXT,
    UPDATE,
    WHY,
    assessing,
    day,
    deciding,
    story,
)
from shared.events.incidents import (
    AccountErased,
    Category,
    ContactPointAcknowledged,
    ContactPointInformed,
    ContainmentRecorded,
    IncidentAssessed,
    IncidentConfirmed,
    IncidentReported,
    IncidentTold,
    Regime,
    Sealed,
    SupervisorAcknowledged,
    SupervisorInformed,
)
from shared.testing.givens import Given

given = Given(INCIDENT)
ASSESSED = (REPORT, TAKE_OVER, ASSESS)
CONFIRMED = (*ASSESSED, CONFIRM)
CONTAINED = (*CONFIRMED, CONTAIN)
CLOSED = (*CONTAINED, CLOSE)
SERIOUS = (REPORT, TAKE_OVER, assessing(sensitive=True), CONFIRM)
DECIDE = deciding(Regime.APPI26_FINAL)
DISMISSED = (*ASSESSED, DISMISS)


def test_with_the_report_both_the_supervisor_and_the_contact_point_are_informed() -> None:
    reported, *informed = story(REPORT)
    assert informed == [
        SupervisorInformed(incident_id=ID, person_ids=("P7",)),
        ContactPointInformed(incident_id=ID, person_ids=("P8", "P9")),
    ]
    assert isinstance(reported, IncidentReported)
    assert (reported.incident_no, reported.aware_at, reported.account) == ("20250530-3F9A2C", AWARE, TEXT)


def test_a_report_is_taken_though_nobody_is_in_post_to_be_informed() -> None:
    lonely = REPORT.model_copy(update={"supervisors": (), "contact_points": ()})
    assert [type(event) for event in story(lonely)] == [IncidentReported]


def test_everything_that_is_asked_of_an_incident_is_decided_on_its_stream() -> None:
    assert {command.stream for command in (REPORT, TAKE_OVER, CLOSE, ERASE)} == {f"incident/{ID}"}


def test_reporting_twice_changes_nothing() -> None:
    given(*story(REPORT)).when(REPORT).then_nothing()


@pytest.mark.parametrize("field", ["aware_at", "discovered_at"])
def test_nobody_reports_what_no_department_knew_yet(field: str) -> None:
    later = REPORT.model_copy(update={field: REPORTED_AT + timedelta(seconds=1)})
    given().when(later).then_rejected("aware-after-report")


def test_the_contact_point_and_the_supervisor_acknowledge_once_each_in_any_order() -> None:
    took_over = ContactPointAcknowledged(incident_id=ID, acknowledged_at=TAKE_OVER.time)
    took_note = SupervisorAcknowledged(incident_id=ID, acknowledged_at=TAKE_NOTE.time)
    given(*story(REPORT, TAKE_NOTE)).when(TAKE_OVER).then(took_over)
    given(*story(REPORT, TAKE_OVER)).when(TAKE_NOTE).then(took_note)
    given(*story(REPORT, TAKE_OVER, TAKE_NOTE)).when(TAKE_OVER).then_nothing()
    given(*story(REPORT, TAKE_OVER, TAKE_NOTE)).when(TAKE_NOTE).then_nothing()


def test_an_assessment_says_why_the_incident_is_reportable() -> None:
    (assessed, *_) = story(REPORT, TAKE_OVER, assessing(sensitive=True, improper_purpose=True))[4:]
    assert isinstance(assessed, IncidentAssessed)
    assert assessed.categories == (Category.APPI_1, Category.APPI_3)


def test_confirming_names_the_slips() -> None:
    given(*story(*ASSESSED)).when(CONFIRM).then(IncidentConfirmed(incident_id=ID, slip_ids=("S1",)))


@pytest.mark.parametrize(
    ("before", "command", "state"),
    [
        ((), REPORT, "reported"),
        ((REPORT,), TAKE_NOTE, "reported"),
        ((REPORT,), TAKE_OVER, "acknowledged"),
        ((REPORT, TAKE_OVER), ASSESS, "assessed"),
        (ASSESSED, CONFIRM, "confirmed"),
        (ASSESSED, DISMISS, "dismissed"),
        (CONFIRMED, ASSESS, "confirmed"),
        (CONFIRMED, UPDATE, "confirmed"),
        (CONFIRMED, CORRECT, "confirmed"),
        (CONFIRMED, CORRECT.model_copy(update={"aware_at": REPORTED_AT}), "confirmed"),
        (CONFIRMED, CORRECT.model_copy(update={"time": AWARE - timedelta(hours=1)}), "confirmed"),
        (CONFIRMED, NOTIFY, "confirmed"),
        (CONFIRMED, CONTAIN, "contained"),
        (CONTAINED, CLOSE, "closed"),
        (CLOSED, REOPEN, "assessed"),
        (DISMISSED, REOPEN, "assessed"),
        (CLOSED, ERASE, "closed"),
    ],
)
def test_each_step_leads_to_its_state(before: tuple[Act, ...], command: Act, state: str) -> None:
    assert name(INCIDENT.fold(story(*before, command))) == state


@pytest.mark.parametrize(
    ("before", "command"),
    [
        (CONFIRMED, CONFIRM),
        (CONTAINED, CONFIRM),
        (DISMISSED, DISMISS),
        (CONTAINED, CONTAIN),
        (CLOSED, CLOSE),
        (CONFIRMED, REOPEN),
        (SERIOUS, REOPEN),
        (CONFIRMED, CORRECT.model_copy(update={"aware_at": AWARE})),
    ],
)
def test_what_is_already_so_changes_nothing(before: tuple[Act, ...], command: Act) -> None:
    given(*story(*before)).when(command).then_nothing()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "command", "slug"),
    [
        ((), CONFIRM, "incident-unknown"),
        ((REPORT,), ASSESS, "not-acknowledged"),
        ((REPORT, TAKE_OVER), CONFIRM, "not-assessed"),
        ((REPORT, TAKE_OVER), DISMISS, "not-assessed"),
        (CONFIRMED, DISMISS, "already-confirmed"),
        (ASSESSED, CONTAIN, "not-confirmed"),
        (ASSESSED, NOTIFY, "not-confirmed"),
        (CONFIRMED, CLOSE, "not-contained"),
        (CLOSED, ASSESS, "incident-over"),
        (CLOSED, CONFIRM, "incident-over"),
        (CLOSED, DISMISS, "incident-over"),
        (CLOSED, NOTIFY, "incident-over"),
        (CLOSED, UPDATE, "incident-over"),
        (CLOSED, CORRECT, "incident-over"),
        (DISMISSED, CONTAIN, "incident-over"),
        (DISMISSED, CLOSE, "incident-over"),
        (CONFIRMED, CORRECT.model_copy(update={"aware_at": REPORTED_AT + timedelta(seconds=1)}), "aware-after-report"),
        (CONFIRMED, CONTAIN.model_copy(update={"time": AWARE - timedelta(seconds=1)}), "before-awareness"),
    ],
)
def test_what_does_not_fit_is_refused(before: tuple[Act, ...], command: Act, slug: str) -> None:
    given(*story(*before)).when(command).then_rejected(slug)  # type: ignore[arg-type]


# --- late entries -----------------------------------------------------------------------------------------------------


def recorded(now: datetime) -> Act:
    return CONTAIN.model_copy(update={"now": now})


def test_what_has_not_happened_yet_can_not_be_recorded() -> None:
    early = recorded(CONTAIN.time - timedelta(seconds=1))
    given(*story(*CONFIRMED)).when(early).then_rejected("entry-in-the-future")  # type: ignore[arg-type]


def test_what_has_not_happened_yet_is_not_decided_either() -> None:
    early = DECIDE.model_copy(update={"now": DECIDE.time - timedelta(seconds=1)})
    given(*story(*SERIOUS)).when(early).then_rejected("entry-in-the-future")


def _mark(told: list[IncidentTold]) -> tuple[bool, Sealed | None]:
    contained = told[-1]
    assert isinstance(contained, ContainmentRecorded)
    return contained.backdated, contained.why_late


def test_after_thirty_days_an_entry_says_why_so_late_and_is_marked() -> None:
    in_time, late = recorded(CONTAIN.time + timedelta(days=30)), recorded(CONTAIN.time + timedelta(days=31))
    given(*story(*CONFIRMED)).when(late).then_rejected("late-entry")  # type: ignore[arg-type]
    explained = late.model_copy(update={"late_reason": WHY})
    marks = [_mark(story(*CONFIRMED, each)) for each in (in_time, explained)]
    assert marks == [(False, None), (True, WHY)]


def test_erasing_is_told_and_changes_nothing_else() -> None:
    before = story(*CLOSED)
    given(*before).when(ERASE).then(AccountErased(incident_id=ID, erased_at=day(40)))
    assert INCIDENT.fold([*before, *INCIDENT.decide(ERASE, INCIDENT.fold(before))]) == INCIDENT.fold(before)


def test_nothing_is_so_before_a_report() -> None:
    assert INCIDENT.fold([]) == Unreported()
    assert INCIDENT.fold(story(*CLOSED)[1:]) == Unreported()
