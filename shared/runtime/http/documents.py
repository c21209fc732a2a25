"""Strict reading of one JSON document: what is ambiguous, too deep or cannot be stored is refused at the door."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from shared.law.national_id import contains_national_id
from shared.runtime.http.pointers import located_in, pointer
from shared.runtime.http.problems import Problem

MOST_DEPTH: Final = 32
LONGEST_NUMBER: Final = 40
ELEVEN_ZEROS: Final = 10**11
"""Smaller numbers have fewer than twelve digits."""
UNSTORABLE: Final = "unstorable-text"
WHY: Final = "text must not contain NUL or lone surrogates"
Steps = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """The bytes of a body that claims to be JSON, not yet read."""

    raw: bytes

    def parse(self, model: type[M]) -> M:
        """Raises Problem 400 if this is no JSON document, 422 if it is not what the model asks for."""
        document = parse(self.raw)
        inspect(document)
        try:
            return model.model_validate_json(self.raw)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            raise Problem("invalid-request", errors=[located_in(document, fault) for fault in faults]) from None


def parse(raw: bytes) -> Any:
    """One JSON value in UTF-8, each member once. Raises Problem 400, or 422 if it is too deep."""
    try:
        return json.loads(
            raw.decode(), object_pairs_hook=_members, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
    except UnicodeDecodeError as error:
        raise _malformed("not UTF-8", error.start) from None
    except json.JSONDecodeError as error:
        raise _malformed(error.msg, error.pos) from None
    except RecursionError:
        raise _too_deep() from None


def inspect(document: Any) -> None:
    """Refuse what no part of the system may hold. Raises Problem 422."""
    for steps, text in _texts(document):
        if unstorable(text):
            raise _refused(steps, WHY, UNSTORABLE)
        if contains_national_id(text):
            where = [{"pointer": pointer(steps), "code": "national-id-number", "detail": "looks like a National ID"}]
            raise Problem("national-id-number", errors=where)


def unstorable(text: str) -> bool:
    """PostgreSQL stores neither NUL nor lone surrogates, though parsers let them pass."""
    return "\x00" in text or (not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text))


def _texts(document: Any) -> Iterator[tuple[Steps, str]]:
    """Every text with its place: values, the names of members (at their object), and numbers as they are written."""
    rest: list[tuple[Steps, Any]] = [((), document)]
    while rest:
        steps, node = rest.pop()
        if len(steps) > MOST_DEPTH:
            raise _too_deep()
        if isinstance(node, dict):
            yield from ((steps, name) for name in node)
            rest.extend(((*steps, name), value) for name, value in node.items())
        elif isinstance(node, list):
            rest.extend(((*steps, index), value) for index, value in enumerate(node))
        elif isinstance(node, str):
            yield steps, node
        elif isinstance(node, int) and node >= ELEVEN_ZEROS:
            yield steps, str(node)


def _members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Problem("malformed-json", "an object names a member twice")
    return members


def _constant(_: str) -> Any:
    raise Problem("malformed-json", "NaN and Infinity are not JSON")


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise Problem("malformed-json", "a number has too many digits")
    return int(digits)


def _float(digits: str) -> float:
    if len(digits) > LONGEST_NUMBER:
        raise Problem("malformed-json", "a number has too many digits")
    return float(digits)


def _malformed(why: str, position: int) -> Problem:
    return Problem("malformed-json", f"{why} (position {position})", extra={"position": position})


def _refused(steps: Steps, why: str, code: str) -> Problem:
    return Problem("invalid-request", errors=[{"pointer": pointer(steps), "code": code, "detail": why}])


def _too_deep() -> Problem:
    return _refused((), f"nested deeper than {MOST_DEPTH}", "too-deep")
