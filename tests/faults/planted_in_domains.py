"""One bug for each aggregate, which the machine that lives through its lives must notice."""

from typing import Final

from tests.faults.planted import Planted


def _domain(name: str, file: str, test: str, old: str, new: str) -> Planted:
    service = file.partition("/")[0]
    return Planted(name, f"services/{file}", ((old, new),), f"services/{service}/tests/{test}[short]")


IN_DOMAINS: Final = (
    _domain(
        "a pledge is overdue on its due day",
        "training/domain/owed.py",
        "test_pledge_machine.py::test_whatever_happens_to_a_pledge_it_is_as_the_model_says",
        "five_past_midnight(command.due_date + ONE_DAY)",
        "five_past_midnight(command.due_date)",
    ),
    _domain(
        "a test that just reaches the pass mark is failed",
        "training/domain/assignment.py",
        "test_assignment_machine.py::test_whatever_happens_to_an_assignment_it_is_as_the_model_says",
        "attempt.score >= task.pass_mark",
        "attempt.score > task.pass_mark",
    ),
    _domain(
        "a later day may be set for a target country",
        "training/domain/target_country.py",
        "test_pledge_target_country_machine.py::test_whatever_is_set_for_a_target_country_it_is_as_the_model_says",
        "since.from_date <= command.from_date",
        "since.from_date == command.from_date",
    ),
    _domain(
        "a document's versions may be left out",
        "training/domain/versions.py",
        "test_rule_document_machine.py::test_whatever_is_published_of_a_document_it_is_as_the_model_says",
        "if told.version != following:",
        "if told.version < following:",
    ),
    _domain(
        "a retired course is forgotten",
        "training/domain/course.py",
        "test_course_machine.py::test_whatever_happens_to_a_course_it_is_as_the_model_says",
        "return Retired(course.latest) if isinstance(course, Published) else course",
        "return course",
    ),
    _domain(
        "anybody confirms a handbook",
        "training/domain/handbook.py",
        "test_handbook_machine.py::test_whatever_happens_to_the_handbooks_of_a_person_it_is_as_the_model_says",
        "if command.acknowledged_by != command.person_id:",
        "if not command.acknowledged_by:",
    ),
    _domain(
        "a pledge campaign never opens",
        "training/domain/campaign.py",
        "test_pledge_campaign_machine.py::test_whatever_is_planned_of_a_pledge_campaign_it_is_as_the_model_says",
        "            return Open(PledgeCampaignPlanned",
        "            return Planned(PledgeCampaignPlanned",
    ),
    _domain(
        "any course may be for everybody",
        "training/domain/training_campaign.py",
        "test_training_campaign_machine.py::test_whatever_is_planned_of_a_training_campaign_it_is_as_the_model_says",
        "if command.course_kind not in YEARLY:",
        "if not command.course_kind:",
    ),
    _domain(
        "a slip is disposed of that nobody asked to dispose of",
        "ledger/domain/slip.py",
        "test_slip_machine.py::test_whatever_happens_to_a_slip_it_and_its_inspections_are_as_the_model_says",
        "if slip.requested_by is None:",
        "if not slip.slip_id:",
    ),
    _domain(
        "who submitted an inspection approves it",
        "ledger/domain/inspection_approval.py",
        "test_inspection_machine.py::test_whatever_happens_to_an_inspection_it_is_as_the_model_says",
        "if approve.approved_by == submitted.submitted_by:",
        "if not approve.approved_by:",
    ),
    _domain(
        "an incident is closed while a report is awaited",
        "incidents/domain/incident.py",
        "test_incident_machine.py::test_whatever_happens_to_an_incident_it_is_as_the_model_says",
        "            _require_answered(case)\n",
        "",
    ),
    _domain(
        "anybody takes note of a notice",
        "notifier/domain/notification.py",
        "test_notification_machine.py::test_whatever_happens_to_a_notice_it_is_as_the_model_says",
        "if acknowledge.person_id != notification.queued.recipient_person_id:",
        "if not acknowledge.person_id:",
    ),
    Planted(
        "a day is digested twice",
        "shared/runtime/reacting/watermark.py",
        (("if command.day <= last:", "if command.day < last:"),),
        "shared/runtime/tests/test_digest_machine.py::test_whatever_is_digested_the_watermark_is_as_the_model_says[short]",
    ),
)
