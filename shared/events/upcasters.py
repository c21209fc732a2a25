"""How an event of an older version reads today.

An upcaster turns the data of version N into the data of version N+1. Old samples stay in the corpus for ever and
a test lifts every one of them.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: Final[dict[str, Upcaster]] = {}
"""From the type of version N to the function that makes the data of version N+1."""


def lift(name: str, data: bytes) -> tuple[str, bytes]:
    """Lift data through as many versions as there are upcasters for."""
    content = msgspec.json.decode(data)
    while (upcaster := UPCASTERS.get(name)) is not None:
        content = upcaster(content)
        stem, _, number = name.rpartition(".v")
        name = f"{stem}.v{int(number) + 1}"
    return name, msgspec.json.encode(content)
