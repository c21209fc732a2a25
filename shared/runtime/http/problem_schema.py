"""The problem document as the OpenAPI description has it."""

from typing import Any, Final

MOST_ERRORS: Final = 20
_TEXT: Final = {"type": "string"}
_ERROR: Final = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "pointer": {"type": "string", "description": "JSON Pointer (RFC 6901) into the body of the request"},
        "parameter": {"type": "string", "description": "name of a parameter of the path or the query"},
        "header": {"type": "string", "description": "name of a header"},
        "code": _TEXT,
        "detail": _TEXT,
    },
}
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457). `type` is stable and can be opened: it says the meaning and the cure.",
    "required": ["type", "title", "status", "traceid"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/problems/invalid-request"]},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "traceid": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "errors": {"type": "array", "maxItems": MOST_ERRORS, "items": _ERROR},
    },
    "examples": [
        {
            "type": "/problems/invalid-request",
            "title": "The request has invalid parts",
            "status": 422,
            "errors": [{"pointer": "/quantity", "code": "int_type", "detail": "Input should be a valid integer"}],
            "traceid": "4bf92f3577b34da6a3ce929d0e0e4736",
        }
    ],
}
