"""Documents over REST: what everybody keeps to, and the handbook that is handed out (F1, F16)."""

from typing import Final

from fastapi import Request, Response

from services.training.api.admission import of_group
from services.training.api.course_shapes import DocumentShown, DocumentVersion
from services.training.domain.rule_document import PublishRuleDocument, RuleDocument
from services.training.queries import ALL_RULE_DOCUMENTS
from shared.runtime.auth import Caller
from shared.runtime.database import borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing
from shared.runtime.http.consistency import WaitFor
from shared.runtime.http.cursor import Page
from shared.runtime.http.problems import Problem
from shared.runtime.http.waiting import waited

router: Final = api_router(tags=["documents"])


@router.post(
    "/rule-documents",
    status_code=201,
    operation_id="publish_rule_document",
    summary="Publish a version of a document",
    response_model=DocumentShown,
    responses=CHANGE_PROBLEMS,
)
async def publish_rule_document(request: Request, body: DocumentVersion, changing: Changing) -> Response:
    """In force from `effective_from` on. A handbook is then handed to whoever is hired or transferred."""
    command = PublishRuleDocument(**body.model_dump())
    admit = of_group(request, changing.principal, "rule-document:publish")
    return await changing.make(command, admit=admit, show=_document, status=201)


@router.get("/rule-documents", operation_id="list_rule_documents", summary="The documents")
async def get_rule_documents(
    request: Request, response: Response, caller: Caller, wait_for: WaitFor
) -> Page[DocumentShown]:
    """All versions of all of them."""
    running = await waited(request, wait_for, "rule_documents", response)
    async with borrow(running.pool) as connection:
        await of_group(request, caller, "rule-document:read")(connection, None)
        rows = await ALL_RULE_DOCUMENTS.rows(connection)
    return Page[DocumentShown](items=[DocumentShown.model_validate(row, from_attributes=True) for row in rows])


def _document(document: RuleDocument, _version: int) -> DocumentShown:
    if document is None:
        raise Problem("not-found")
    return DocumentShown.model_validate(document.model_dump())
