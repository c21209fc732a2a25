"""The pages that the `type` of a problem document points to."""

from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException

from shared.runtime.http.problem_kinds import KINDS, ProblemKind

NOT_FOUND: Final = {"description": "No problem has this slug", "content": {"application/problem+json": {}}}
router: Final = APIRouter(prefix="/problems", tags=["problems"])


@router.get("", operation_id="list_problems", summary="Every problem this service can answer with")
async def list_problems() -> list[ProblemKind]:
    """The slugs, each with its status, its meaning and its cure."""
    return list(KINDS.values())


@router.get(
    "/{slug}",
    operation_id="explain_problem",
    summary="What a problem means and how to cure it",
    responses={404: NOT_FOUND, "default": NOT_FOUND},
)
async def explain_problem(slug: str) -> ProblemKind:
    """The meaning of one slug, and what the caller can do about it."""
    if slug not in KINDS:
        raise HTTPException(404)
    return KINDS[slug]
