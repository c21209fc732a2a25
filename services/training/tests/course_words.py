"""What the tests of courses speak of: one course, its campaign, one assignment, and its facts."""

from datetime import UTC, date, datetime
from typing import Final

from services.training.domain.assignment_commands import (
    AssignTraining,
    LapseTraining,
    MarkTrainingOverdue,
    RecordAttempt,
    ResumeTraining,
    SuspendTraining,
    WithdrawTraining,
)
from services.training.domain.course import PublishCourse
from services.training.domain.rule_document import PublishRuleDocument
from services.training.domain.training_campaign import PlanTrainingCampaign
from services.training.tests.words import DUE, END, LATER_DUE, NOON, OPENS
from shared.events.hr import PersonKind
from shared.events.training import (
    AssignmentCause,
    CourseKind,
    CoursePublished,
    DocumentKind,
    KnowledgeTestGraded,
    RuleDocumentPublished,
    TrainingAssigned,
    TrainingCampaignOpened,
    TrainingCampaignPlanned,
    TrainingCompleted,
    TrainingLapsed,
    TrainingOverdue,
    TrainingResumed,
    TrainingSuspended,
    TrainingWithdrawn,
)

CONTENT: Final = "d" * 64
ANSWERS: Final = "e" * 64
OTHER_ANSWERS: Final = "f" * 64

PUBLISH: Final = PublishCourse(
    course_id="SECURITY",
    version=1,
    course_kind=CourseKind.ANNUAL_ONLINE,
    languages=("ja",),
    content_hash=CONTENT,
    pass_mark=80,
)
PUBLISHED: Final = CoursePublished(**PUBLISH.model_dump())
PUBLISH_HANDBOOK: Final = PublishRuleDocument(
    document_id="HANDBOOK",
    version=1,
    document_kind=DocumentKind.HANDBOOK,
    effective_from=OPENS,
    content_hash=CONTENT,
)
HANDBOOK_PUBLISHED: Final = RuleDocumentPublished(**PUBLISH_HANDBOOK.model_dump())
PLAN: Final = PlanTrainingCampaign(
    campaign_id="TRAINING-FY2017",
    fy="FY2017",
    course_id="SECURITY",
    course_version=1,
    course_kind=CourseKind.ANNUAL_ONLINE,
    pass_mark=80,
    opens_on=OPENS,
    due_date=DUE,
    today=date(2016, 3, 15),
)
PLANNED: Final = TrainingCampaignPlanned(**PLAN.model_dump(exclude={"today"}), period_end=END)
OPENED: Final = TrainingCampaignOpened(**PLANNED.model_dump())

ASSIGN: Final = AssignTraining(
    assignment_id="A1",
    person_id="P1",
    person_kind=PersonKind.EMPLOYEE,
    company_id="C01",
    org_unit_id="C01-D07",
    cause=AssignmentCause.CAMPAIGN,
    campaign_id="TRAINING-FY2017",
    fy="FY2017",
    course_id="SECURITY",
    course_version=1,
    course_kind=CourseKind.ANNUAL_ONLINE,
    pass_mark=80,
    since=OPENS,
    due_date=DUE,
    period_end=END,
)
PASS: Final = RecordAttempt(
    assignment_id="A1", score=80, answers_hash=ANSWERS, seconds=1800, time=NOON, now=NOON
)  # fmt: skip
FAIL: Final = PASS.model_copy(update={"score": 79})
SUSPEND: Final = SuspendTraining(assignment_id="A1")
RESUME: Final = ResumeTraining(assignment_id="A1", due_date=LATER_DUE)
WITHDRAW: Final = WithdrawTraining(assignment_id="A1")
MARK_OVERDUE: Final = MarkTrainingOverdue(assignment_id="A1", due_date=DUE)
LAPSE: Final = LapseTraining(assignment_id="A1")

ASSIGNED: Final = TrainingAssigned(**ASSIGN.model_dump())
PASSED: Final = KnowledgeTestGraded(
    assignment_id="A1", person_id="P1", attempt=1, score=80, passed=True, answers_hash=ANSWERS, graded_at=NOON
)
FAILED: Final = PASSED.model_copy(update={"score": 79, "passed": False})
COMPLETED: Final = TrainingCompleted(
    assignment_id="A1",
    person_id="P1",
    person_kind=PersonKind.EMPLOYEE,
    company_id="C01",
    org_unit_id="C01-D07",
    cause=AssignmentCause.CAMPAIGN,
    campaign_id="TRAINING-FY2017",
    fy="FY2017",
    course_id="SECURITY",
    course_kind=CourseKind.ANNUAL_ONLINE,
    content_version=1,
    score=80,
    seconds=1800,
    completed_at=NOON,
)
OVERDUE: Final = TrainingOverdue(assignment_id="A1", person_id="P1", due_date=DUE)
SUSPENDED: Final = TrainingSuspended(assignment_id="A1", person_id="P1")
RESUMED: Final = TrainingResumed(assignment_id="A1", person_id="P1", due_date=LATER_DUE)
WITHDRAWN: Final = TrainingWithdrawn(assignment_id="A1", person_id="P1")
LAPSED: Final = TrainingLapsed(assignment_id="A1", person_id="P1")


def noon(day: date) -> datetime:
    """Noon in Japan."""
    return datetime(day.year, day.month, day.day, 3, 0, tzinfo=UTC)
