"""What the office hands out or everybody keeps to, in versions: rules, manuals, the handbook (F1, F16)."""

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from services.training.domain.versions import publish
from shared.decider import Command, Decider, Rejected
from shared.events.base import Identifier, Sha256
from shared.events.training import DocumentKind, RuleDocumentPublished


class PublishRuleDocument(Command):
    kind = "rule-document"
    document_id: Identifier
    version: Annotated[int, Field(ge=1)]
    document_kind: DocumentKind
    effective_from: date
    content_hash: Sha256

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.document_id}"


RuleDocument: TypeAlias = RuleDocumentPublished | None
"""Its latest version."""


def decide(command: PublishRuleDocument, latest: RuleDocument) -> list[RuleDocumentPublished]:
    told = RuleDocumentPublished.model_validate(command.model_dump())
    if latest is not None and told.document_kind is not latest.document_kind:
        raise Rejected(f"the document is of kind {latest.document_kind}: that does not change", "kind-changed")
    if latest is not None and told.effective_from < latest.effective_from:
        raise Rejected(f"version {latest.version} is in force from {latest.effective_from} on", "version-before-last")
    return publish(told, latest)


def evolve(_latest: RuleDocument, event: RuleDocumentPublished) -> RuleDocument:
    return event


RULE_DOCUMENT: Decider[PublishRuleDocument, RuleDocument, RuleDocumentPublished] = Decider(None, decide, evolve)
