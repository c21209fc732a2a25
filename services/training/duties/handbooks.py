"""Which handbooks a person should be handed today: after his hire, after a transfer (F16). Pure."""

from collections.abc import Sequence
from itertools import groupby

from services.training.domain.handbook import DistributeHandbook
from services.training.duties.look import Look
from services.training.duties.occasions import occasions
from services.training.views.rule_documents import RuleDocumentRow
from shared.events.training import DocumentKind


def handbook_duties(look: Look, documents: Sequence[RuleDocumentRow]) -> list[DistributeHandbook]:
    """Each handbook that was in force on the day of the occasion, in the version in force today."""
    handbooks = [each for each in documents if each.document_kind == DocumentKind.HANDBOOK]
    if not handbooks:
        return []
    begun = [each for each in occasions(look) if each.lasts(look)]
    return [
        DistributeHandbook(
            person_id=look.person_id,
            document_id=document_id,
            version=max(each.version for each in versions if each.effective_from <= look.today),
            cause=occasion.cause,
            since=occasion.since,
        )
        for document_id, versions in _by_document(handbooks)
        for occasion in begun
        if min(each.effective_from for each in versions) <= occasion.since
    ]


def _by_document(handbooks: Sequence[RuleDocumentRow]) -> list[tuple[str, list[RuleDocumentRow]]]:
    ordered = sorted(handbooks, key=lambda each: each.document)
    return [(name, list(versions)) for name, versions in groupby(ordered, key=lambda each: each.document_id)]
