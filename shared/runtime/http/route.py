"""The one kind of operation: its caller is known, its parameters are declared, its body is bounded and one model.

In this order, and before the framework looks at any of them: who is not recognised learns nothing else.
"""

from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final

from fastapi import Request, Response
from fastapi._compat import ModelField, field_annotation_is_sequence
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shared.runtime.auth import authenticate
from shared.runtime.http.body import MOST_BYTES, RequestModel, read_bounded
from shared.runtime.http.documents import UNSTORABLE, WHY, JsonDocument, unstorable
from shared.runtime.http.problems import Problem

SECURED: Final[dict[str, Any]] = {"security": [{"bearer": []}]}
"""Of an operation in the OpenAPI description."""


class StrictRequest(Request):
    """Hands the bytes of a body on, unread, so that its model reads them."""

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            self._body = await read_bounded(self, MOST_BYTES)
        return self._body

    async def json(self) -> JsonDocument:
        return JsonDocument(await self.body())


class StrictRoute(APIRoute):
    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options | {"openapi_extra": SECURED})
        if any(_class(field) is None for field in self.dependant.body_params):
            raise TypeError(f"the body of {self.name} must be one RequestModel")
        self._query_parameters = dict(_query_parameters(self.dependant))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            await authenticate(strict)
            refuse_strange_parameters(strict, self._query_parameters)
            if self.body_field is not None:
                await strict.body()
            return await handle(strict)

        return handle_strictly


def refuse_strange_parameters(request: Request, declared: dict[str, bool]) -> None:
    """Raises Problem 422 for a query parameter not declared, or given twice, and for text that no database stores."""
    items = request.query_params.multi_items()
    given = Counter(name for name, _ in items)
    errors = [fault for name, times in given.items() if (fault := _fault(name, times, declared))]
    texts = [*items, *((name, str(value)) for name, value in request.path_params.items())]
    errors += [{"parameter": name[:64], "code": UNSTORABLE, "detail": WHY} for name, text in texts if unstorable(text)]
    if errors:
        raise Problem("invalid-request", errors=errors)


def _fault(name: str, times: int, declared: dict[str, bool]) -> dict[str, str] | None:
    if name not in declared:
        return {"parameter": name[:64], "code": "unknown", "detail": "is not a parameter of this operation"}
    if times > 1 and not declared[name]:
        return {"parameter": name, "code": "repeated", "detail": "must be given once"}
    return None


def _query_parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """The declared names, each with whether it may be repeated."""
    for field in dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            for name, info in model.model_fields.items():
                yield info.alias or name, field_annotation_is_sequence(info.annotation)
        else:
            yield field.alias, field_annotation_is_sequence(field.field_info.annotation)
    for inner in dependant.dependencies:
        yield from _query_parameters(inner)


def _class(field: ModelField) -> type[RequestModel] | None:
    model = field.field_info.annotation
    return model if isinstance(model, type) and issubclass(model, RequestModel) else None
