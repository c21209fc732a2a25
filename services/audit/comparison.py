"""Two things that should be the same, and the first place where they are not, by name.

For results: which subject, which days, which field. For records: which topic, partition and offset, which byte.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from services.audit.domain.interval import Interval, document, result_order
from services.audit.domain.leaf import Leaf, leaf_hash


@dataclass(frozen=True, slots=True)
class Difference:
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


async def first_difference(
    ours: AsyncIterator[Interval], theirs: AsyncIterator[Interval], names: tuple[str, str] = ("live", "replay")
) -> Difference | None:
    """The first row in which two results differ; both in the order of a result."""
    while True:
        one, other = await anext(ours, None), await anext(theirs, None)
        if one is None and other is None:
            return None
        if one != other:
            return _row_difference(one, other, names)


def _row_difference(one: Interval | None, other: Interval | None, names: tuple[str, str]) -> Difference:
    if one is None or other is None or result_order(one) != result_order(other):
        first = min((each for each in (one, other) if each is not None), key=result_order)
        return Difference(_row(first), f"only in {names[0] if first is one else names[1]}")
    mine, yours = document(one), document(other)
    field = next(name for name in mine if mine[name] != yours[name])
    return Difference(_row(one), f"{field} is {mine[field]} in {names[0]}, {yours[field]} in {names[1]}")


def _row(interval: Interval) -> str:
    return f"{interval.rule} {interval.mode} {interval.unit} {interval.subject} from {interval.begins}"


def leaf_difference(archived: Leaf, hashed: bytes, event_id: str | None, kafka: Leaf | None) -> Difference | None:
    """Whether a leaf is what Kafka holds, and what its hash was made of."""
    where = place_of(archived)
    if kafka is None:
        return Difference(where, "only in the archive")
    parts = {"key": (archived.key, kafka.key), "value": (archived.value, kafka.value)}
    parts |= {"headers": (archived.headers, kafka.headers)}
    for name, (mine, yours) in parts.items():
        if mine != yours:
            return Difference(where, f"{name} differs {_where_bytes_differ(mine, yours)}")
    if archived.timestamp != kafka.timestamp:
        return Difference(where, f"broker time is {archived.timestamp} in the archive, {kafka.timestamp} in Kafka")
    return None if leaf_hash(archived, event_id) == hashed else Difference(where, "the leaf hash is of something else")


def place_of(leaf: Leaf) -> str:
    return f"{leaf.topic}/{leaf.partition}@{leaf.offset}"


def records_difference(
    archived: Sequence[tuple[Leaf, bytes, str | None]], kafka: Mapping[int, Leaf]
) -> Difference | None:
    """Some offsets of one partition, compared; both hold all there is of them."""
    held = {leaf.offset for leaf, _, _ in archived}
    missing = [leaf for offset, leaf in sorted(kafka.items()) if offset not in held]
    if missing:
        return Difference(place_of(missing[0]), "only in Kafka")
    found = (leaf_difference(leaf, hashed, event_id, kafka.get(leaf.offset)) for leaf, hashed, event_id in archived)
    return next((each for each in found if each is not None), None)


def _where_bytes_differ(mine: bytes | None, yours: bytes | None) -> str:
    if mine is None or yours is None:
        return f"(nothing in {'the archive' if mine is None else 'Kafka'})"
    pairs: Any = enumerate(zip_longest(mine, yours))
    at, (one, other) = next((at, pair) for at, pair in pairs if pair[0] != pair[1])
    return f"from byte {at} on: {_hex(one)} in the archive, {_hex(other)} in Kafka"


def _hex(byte: int | None) -> str:
    return "its end" if byte is None else f"0x{byte:02x}"
