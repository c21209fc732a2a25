"""Short ways to tell of courses: a fiscal year's campaign, who is to take it, and who has."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.audit.tests.story import Story
from shared.events.codec import Recorded
from shared.events.hr import PersonKind
from shared.events.training import (
    AssignmentCause,
    CourseKind,
    TrainingAssigned,
    TrainingCampaignOpened,
    TrainingCompleted,
    TrainingResumed,
)
from shared.law.calendar import start_of_day
from shared.law.fiscal_year import fiscal_year_of


@dataclass
class Learning:
    """Tells a story's events about one kind of course."""

    story: Story
    kind: CourseKind = CourseKind.ANNUAL_ONLINE

    def opened(self, day: date, due: date) -> Recorded:
        year = fiscal_year_of(day)
        event = TrainingCampaignOpened(
            campaign_id=f"T-{self.kind.lower()}-{day}",
            fy=year.label,
            course_id="privacy",
            course_version=1,
            course_kind=self.kind,
            pass_mark=80,
            opens_on=day,
            due_date=due,
            period_end=year.end,
        )
        return self.story.tell(f"training-campaign/{event.campaign_id}", event, day)

    def assigned(self, person: str, day: date, due: date) -> Recorded:
        year = fiscal_year_of(day)
        event = TrainingAssigned(
            **self._taken(person, day), course_version=1, pass_mark=80, since=day, due_date=due, period_end=year.end
        )
        return self.story.tell(f"assignment/{event.assignment_id}", event, day)

    def resumed(self, person: str, day: date, due: date) -> Recorded:
        name = self._name(person, day)
        event = TrainingResumed(assignment_id=name, person_id=person, due_date=due)
        return self.story.tell(f"assignment/{name}", event, day)

    def completed(self, person: str, day: date) -> Recorded:
        event = TrainingCompleted(
            **self._taken(person, day),
            content_version=1,
            score=90,
            seconds=1800,
            completed_at=start_of_day(day) + timedelta(hours=23, minutes=59),
        )
        return self.story.tell(f"assignment/{event.assignment_id}", event, day)

    def _taken(self, person: str, day: date) -> dict[str, Any]:
        return {
            "assignment_id": self._name(person, day),
            "person_id": person,
            "person_kind": PersonKind.EMPLOYEE,
            "cause": AssignmentCause.CAMPAIGN,
            "fy": fiscal_year_of(day).label,
            "course_id": "privacy",
            "course_kind": self.kind,
        }

    def _name(self, person: str, day: date) -> str:
        return f"{person}-{self.kind.lower()}-{fiscal_year_of(day).label}"
