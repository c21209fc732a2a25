"""Which versions of which documents are there, and from when on is each in force?"""

from datetime import date

import msgspec

from services.training.schema import metadata
from shared.events.codec import Recorded
from shared.events.topics import TRAINING
from shared.events.training import RuleDocumentPublished
from shared.runtime.reading.views import View, table_of


class RuleDocumentRow(msgspec.Struct, frozen=True):
    """`document` is id and version."""

    document: str
    document_id: str
    version: int
    document_kind: str
    effective_from: date
    content_hash: str


def key(recorded: Recorded) -> str | None:
    match recorded.event:
        case RuleDocumentPublished(document_id=document_id, version=version):
            return f"{document_id}/{version}"
        case _:
            return None


def project(row: RuleDocumentRow | None, recorded: Recorded) -> RuleDocumentRow | None:
    match recorded.event:
        case RuleDocumentPublished() as told:
            return RuleDocumentRow(document=f"{told.document_id}/{told.version}", **told.model_dump())
        case _:
            return row


def rule_documents_view(name: str) -> View[RuleDocumentRow]:
    """Kept twice: to be shown, and for the reactions."""
    table = table_of(RuleDocumentRow, name, metadata)
    return View(name, (TRAINING,), table, RuleDocumentRow, key, project, frozenset({"rule-document"}))


RULE_DOCUMENTS = rule_documents_view("rule_documents")
KNOWN_RULE_DOCUMENTS = rule_documents_view("known_rule_documents")
