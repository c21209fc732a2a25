"""Any life of the handbooks of a person, against three sets."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.training.app import SERVICE
from services.training.domain.handbook import AcknowledgeHandbook, DistributeHandbook
from services.training.tests.course_words import noon
from services.training.tests.words import OPENS
from shared.events.training import AssignmentCause
from shared.testing.life import Life, Trial, any_life

documents = st.sampled_from(["HANDBOOK", "HANDBOOK-ABROAD"])
versions = st.integers(1, 3)
days = st.integers(0, 2).map(lambda off: OPENS + timedelta(days=off))


class HandbookLife(Life):
    """Each document once for each occasion; what he was handed he confirms once, in the version that he was handed."""

    aggregates = SERVICE.aggregates
    begins = noon(OPENS)

    def __init__(self) -> None:
        super().__init__()
        self.occasions: set[tuple[str, date]] = set()
        self.handed: set[tuple[str, int]] = set()
        self.confirmed: set[tuple[str, int]] = set()

    @rule(document=documents, version=versions, day=days, cause=st.sampled_from(AssignmentCause))
    def hand_out(self, document: str, version: int, day: date, cause: AssignmentCause) -> None:
        command = DistributeHandbook(person_id="P1", document_id=document, version=version, cause=cause, since=day)
        assert self.give(command) is None
        if (document, day) not in self.occasions:
            self.occasions.add((document, day))
            self.handed.add((document, version))

    @rule(document=documents, version=versions, by=st.sampled_from(["P1", "P1", "P2"]))
    def confirm(self, document: str, version: int, by: str) -> None:
        command = AcknowledgeHandbook(person_id="P1", document_id=document, version=version, acknowledged_by=by)
        handed = (document, version) in self.handed
        expected = None if handed else "handbook-not-distributed"
        assert self.give(command) == ("not-the-holder" if by == "P2" else expected)
        if by == "P1" and handed:
            self.confirmed.add((document, version))

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        handed = self.state("handbook/P1")
        assert (handed.occasions, handed.versions, handed.acknowledged) == (
            self.occasions,
            self.handed,
            self.confirmed,
        )
        assert len(self.told("handbook/P1")) == len(self.occasions) + len(self.confirmed)


@any_life
def test_whatever_happens_to_the_handbooks_of_a_person_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(HandbookLife)
