"""Any life of a course: versions by ones, of one kind, until it is retired for good."""

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.training.app import SERVICE
from services.training.domain.course import PublishCourse, RetireCourse
from services.training.tests.course_words import CONTENT, PUBLISH, noon
from services.training.tests.words import OPENS, OTHER_TEXT
from shared.events.training import CourseKind
from shared.testing.life import Life, Trial, any_life

kinds = st.sampled_from(
    [CourseKind.ANNUAL_ONLINE, CourseKind.ANNUAL_ONLINE, CourseKind.ANNUAL_ONLINE, CourseKind.TRANSFER]
)


class CourseLife(Life):
    """`latest` is what was published last."""

    aggregates = SERVICE.aggregates
    begins = noon(OPENS)

    def __init__(self) -> None:
        super().__init__()
        self.latest: PublishCourse | None = None
        self.published, self.retired = 0, False

    @rule(
        ahead=st.sampled_from([-1, 0, 1, 1, 1, 2]),
        kind=kinds,
        mark=st.sampled_from([0, 80, 100]),
        content=st.sampled_from([CONTENT, OTHER_TEXT]),
    )
    def publish(self, ahead: int, kind: CourseKind, mark: int, content: str) -> None:
        version = max(1, self.published + ahead)
        told = {"version": version, "course_kind": kind, "pass_mark": mark, "content_hash": content}
        self._publish(PUBLISH.model_copy(update=told))

    @rule()
    def publish_the_latest_once_more(self) -> None:
        if self.latest:
            self._publish(self.latest)

    def _publish(self, command: PublishCourse) -> None:
        refusal = self.give(command)
        assert refusal == self._refusal(command)
        if refusal is None:
            self.latest, self.published = command, command.version

    def _refusal(self, command: PublishCourse) -> str | None:
        if self.retired:
            return "course-retired"
        if self.latest and command.course_kind is not self.latest.course_kind:
            return "kind-changed"
        return None if command == self.latest or command.version == self.published + 1 else "version-not-next"

    @rule(seldom=st.integers(0, 4))
    def retire(self, seldom: int) -> None:
        if not seldom:
            refusal = self.give(RetireCourse(course_id="SECURITY"))
            assert refusal == (None if self.latest else "course-unpublished")
            self.retired = self.latest is not None

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        course = self.state("course/SECURITY")
        expected = "Retired" if self.retired else "Published" if self.latest else "Unpublished"
        assert type(course).__name__ == expected
        if self.latest:
            assert course.latest.model_dump() == self.latest.model_dump()
        assert len(self.told("course/SECURITY")) == self.published + self.retired


@any_life
def test_whatever_happens_to_a_course_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(CourseLife)
