"""The process's numbers as Prometheus reads them."""

from typing import Final

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

router: Final = APIRouter(tags=["operation"])


@router.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    """Every metric of this process; no label holds a person or a text."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
