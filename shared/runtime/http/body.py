"""Bodies as every operation reads them: bounded, strict, and nothing that is not declared."""

from typing import Any, Final, cast

from fastapi import Request
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shared.runtime.http.documents import JsonDocument
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
