"""Bodies and parameters as every operation reads them: bounded, strict, and nothing that is not declared.

A router with `route_class=StrictRoute` takes one RequestModel as a body, and refuses unknown query parameters.
"""

from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final, cast

from fastapi import Depends, Request, Response
from fastapi._compat import ModelField, field_annotation_is_sequence
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shared.runtime.http.documents import UNSTORABLE, WHY, JsonDocument, unstorable
from shared.runtime.http.problems import Problem

MOST_BYTES: Final = 256 * 1024


class RequestPart(BaseModel):
    """A value inside of a body: declared fields only, of exactly their types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class RequestModel(RequestPart):
    """A whole body, in JSON's reading of its types.

    FastAPI validates Python objects, where strict types refuse every date; so the model reads the bytes itself.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        model = handler(source)
        if model["type"] == "json-or-python":
            return model  # done before: pydantic asks again wherever the class is used
        # The outer schema takes the name over, so that the OpenAPI description refers to one component.
        inner = cast("CoreSchema", {key: value for key, value in model.items() if key != "ref"})
        received = core_schema.no_info_before_validator_function(cls._received, inner)
        return core_schema.json_or_python_schema(inner, received, ref=model.get("ref"))

    @classmethod
    def _received(cls, value: Any) -> Any:
        if isinstance(value, JsonDocument):
            return value.parse(cls)
        if isinstance(value, bytes):
            raise Problem("unsupported-media-type", "the body must be application/json")
        return value


class StrictRequest(Request):
    """Hands the bytes of a body on, unread, so that the caller is recognised before they are."""

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            self._body = await read_bounded(self, MOST_BYTES)
        return self._body

    async def json(self) -> JsonDocument:
        return JsonDocument(await self.body())


class StrictRoute(APIRoute):
    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        options["dependencies"] = [*(options.get("dependencies") or []), Depends(refuse_strange_parameters)]
        super().__init__(path, endpoint, **options)
        if any(_class(field) is None for field in self.dependant.body_params):
            raise TypeError(f"the body of {self.name} must be one RequestModel")
        self.query_parameters = dict(_query_parameters(self.dependant))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            if self.body_field is not None:
                await strict.body()
            return await handle(strict)

        return handle_strictly


async def read_bounded(request: Request, most: int) -> bytes:
    """The whole body. Raises Problem 413 as soon as it is announced, or turns out, to be larger than `most` bytes."""
    announced = request.headers.get("content-length", "0")
    received = bytearray()
    too_large = announced.isdecimal() and len(announced.lstrip("0")) < 20 and int(announced) > most
    if not too_large:
        async for chunk in request.stream():
            received += chunk
            if len(received) > most:
                break
    if too_large or len(received) > most:
        raise Problem("content-too-large", f"the limit is {most} bytes")
    return bytes(received)


async def refuse_strange_parameters(request: Request) -> None:
    """Raises Problem 422 for a query parameter not declared, or given twice, and for text that no database stores."""
    declared = cast("StrictRoute", request.scope["route"]).query_parameters
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
