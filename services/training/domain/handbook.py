"""The handbooks that one person was handed: on his hire, and on each transfer (F16)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias, assert_never

from shared.decider import Command, Decider, Rejected
from shared.events.base import Identifier, PersonId
from shared.events.training import AssignmentCause, HandbookAcknowledged, HandbookDistributed, HandbookTold


class OfHandbook(Command):
    kind = "handbook"
    person_id: PersonId
    document_id: Identifier
    version: int

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.person_id}"


class DistributeHandbook(OfHandbook):
    cause: AssignmentCause
    since: date


class AcknowledgeHandbook(OfHandbook):
    acknowledged_by: PersonId


@dataclass(frozen=True)
class Handed:
    occasions: frozenset[tuple[str, date]] = frozenset()
    """Which document was handed out because of which day."""
    versions: frozenset[tuple[str, int]] = frozenset()
    acknowledged: frozenset[tuple[str, int]] = frozenset()


HandbookCommand: TypeAlias = DistributeHandbook | AcknowledgeHandbook


def decide(command: HandbookCommand, handed: Handed) -> list[HandbookTold]:
    match command:
        case DistributeHandbook():
            again = (command.document_id, command.since) in handed.occasions
            return [] if again else [HandbookDistributed.model_validate(command.model_dump())]
        case AcknowledgeHandbook():
            return _acknowledge(command, handed)
        case _:
            assert_never(command)


def _acknowledge(command: AcknowledgeHandbook, handed: Handed) -> list[HandbookTold]:
    """Only the person himself, and only what he was handed."""
    document = command.document_id, command.version
    if command.acknowledged_by != command.person_id:
        raise Rejected("only the person himself may confirm that he has it", "not-the-holder")
    if document not in handed.versions:
        raise Rejected("this version of the document was never handed to him", "handbook-not-distributed")
    if document in handed.acknowledged:
        return []
    told = HandbookAcknowledged(
        person_id=command.person_id, document_id=command.document_id, version=command.version
    )  # fmt: skip
    return [told]


def evolve(handed: Handed, event: HandbookTold) -> Handed:
    document = event.document_id, event.version
    match event:
        case HandbookDistributed(document_id=document_id, since=since):
            occasions, versions = handed.occasions | {(document_id, since)}, handed.versions | {document}
            return replace(handed, occasions=occasions, versions=versions)
        case HandbookAcknowledged():
            return replace(handed, acknowledged=handed.acknowledged | {document})
        case _:
            assert_never(event)


HANDBOOK: Decider[HandbookCommand, Handed, HandbookTold] = Decider(Handed(), decide, evolve)
