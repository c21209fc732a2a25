"""Any life of a document: versions by ones, of one kind, in force one after the other."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.training.app import SERVICE
from services.training.domain.rule_document import PublishRuleDocument
from services.training.tests.course_words import CONTENT, PUBLISH_HANDBOOK, noon
from services.training.tests.words import OPENS, OTHER_TEXT
from shared.events.training import DocumentKind
from shared.testing.life import Life, Trial, any_life

kinds = st.sampled_from([DocumentKind.HANDBOOK, DocumentKind.HANDBOOK, DocumentKind.HANDBOOK, DocumentKind.MANUAL])
contents = st.sampled_from([CONTENT, OTHER_TEXT])


class RuleDocumentLife(Life):
    """`latest` is what was published last."""

    aggregates = SERVICE.aggregates
    begins = noon(OPENS)

    def __init__(self) -> None:
        super().__init__()
        self.latest: PublishRuleDocument | None = None
        self.published = 0

    @rule(ahead=st.sampled_from([-1, 0, 1, 1, 1, 2]), days=st.integers(-1, 1), kind=kinds, content=contents)
    def publish(self, ahead: int, days: int, kind: DocumentKind, content: str) -> None:
        since = (self.latest.effective_from if self.latest else OPENS) + timedelta(days=days)
        version = max(1, self.published + ahead)
        told = {"version": version, "document_kind": kind, "effective_from": since, "content_hash": content}
        self._publish(PUBLISH_HANDBOOK.model_copy(update=told))

    @rule()
    def publish_the_latest_once_more(self) -> None:
        if self.latest:
            self._publish(self.latest)

    def _publish(self, command: PublishRuleDocument) -> None:
        refusal = self.give(command)
        assert refusal == self._refusal(command)
        if refusal is None:
            self.latest, self.published = command, command.version

    def _refusal(self, command: PublishRuleDocument) -> str | None:
        if self.latest and command.document_kind is not self.latest.document_kind:
            return "kind-changed"
        if self.latest and command.effective_from < self.latest.effective_from:
            return "version-before-last"
        return None if command == self.latest or command.version == self.published + 1 else "version-not-next"

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        latest = self.state("rule-document/HANDBOOK")
        assert (latest and latest.model_dump()) == (self.latest and self.latest.model_dump())
        assert len(self.told("rule-document/HANDBOOK")) == self.published


@any_life
def test_whatever_is_published_of_a_document_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(RuleDocumentLife)
