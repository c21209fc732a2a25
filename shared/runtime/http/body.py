"""Bodies and parameters as every operation reads them: bounded, strict, and nothing that is not declared.

A router with `route_class=StrictRoute` takes one RequestModel as a body, and refuses unknown query parameters.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final, cast

from fastapi import Depends, Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import ParamTypes
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shared.runtime.http.documents import JsonDocument
from shared.runtime.http.problems import Problem

MOST_BYTES: Final = 256 * 1024


class RequestModel(BaseModel):
    """What a caller may send: declared fields only, of exactly their types, in JSON's reading of them.

    FastAPI validates Python objects, where strict types refuse every date; so the model reads the bytes itself.
    """

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True, defer_build=False
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        model = handler(source)
        received = core_schema.no_info_before_validator_function(cls._received, model)
        return core_schema.json_or_python_schema(json_schema=model, python_schema=received)

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
        options["dependencies"] = [*(options.get("dependencies") or []), Depends(refuse_unknown_parameters)]
        super().__init__(path, endpoint, **options)
        if not all(_is_request_model(field.field_info.annotation) for field in self.dependant.body_params):
            raise TypeError(f"the body of {self.name} must be one RequestModel")

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
    if announced.isdecimal() and len(announced) < 20 and int(announced) > most:
        raise Problem("content-too-large", f"the limit is {most} bytes")
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > most:
            raise Problem("content-too-large", f"the limit is {most} bytes")
    return bytes(received)


async def refuse_unknown_parameters(request: Request) -> None:
    """Raises Problem 422 for a query parameter that the operation does not declare, or one given twice."""
    declared = _declared(cast(APIRoute, request.scope["route"]))
    names = [name for name, _ in request.query_params.multi_items()]
    unknown = sorted(set(names) - declared.keys())
    twice = sorted({name for name in names if names.count(name) > 1 and not declared.get(name, True)})
    errors = [
        *({"parameter": name[:64], "code": "unknown", "detail": "is not a parameter of this operation"} for name in unknown),
        *({"parameter": name, "code": "repeated", "detail": "must be given once"} for name in twice),
    ]
    if errors:
        raise Problem("invalid-request", errors=errors)


def _declared(route: APIRoute) -> dict[str, bool]:
    """The names of the query parameters, each with whether it may be repeated."""
    fields = [field for field in get_flat_params(route.dependant) if _place(field) is ParamTypes.query]
    return {field.alias: _repeats(field.field_info.annotation) for field in fields}
