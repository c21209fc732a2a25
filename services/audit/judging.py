"""Judging subjects anew, with whatever their rules ask about, and writing what was found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from services.audit import histories, intervals
from services.audit.domain.context import Surroundings
from services.audit.domain.fold import Folded, fold
from services.audit.domain.history import History, as_known_at
from shared.law.rule_pack import RulePack
from shared.runtime.database import Connection

_ASKED: Final = "SELECT subject, asked FROM unnest($1::text[]) AS n (subject) JOIN dependency USING (subject)"
_FORGET: Final = """
DELETE FROM dependency d USING unnest($1::text[], $2::text[]) AS n (subject, asked)
 WHERE d.subject = n.subject AND d.asked = n.asked
"""
_REMEMBER: Final = "INSERT INTO dependency (subject, asked) SELECT * FROM unnest($1::text[], $2::text[])"
_CLEAN: Final = "DELETE FROM dirty d USING unnest($1::text[]) AS n (subject) WHERE d.subject = n.subject"


Asked = tuple[str, str]
"""A subject, and one that it asked about."""


@dataclass
class Verdicts:
    """What was found of each subject, and which could not be judged; `asked_before` is how the last time ended."""

    asked_before: frozenset[Asked] = frozenset()
    folded: dict[str, Folded] = field(default_factory=dict)
    failed: dict[str, Exception] = field(default_factory=dict)


async def judge(
    connection: Connection, subjects: Iterable[str], pack: RulePack, known_at: datetime | None = None
) -> Verdicts:
    """Fold these subjects as their histories stand, or as they stood when known at an instant."""
    wanted = list(subjects)
    asked = frozenset((row["subject"], row["asked"]) for row in await connection.fetch(_ASKED, wanted))
    loaded = _known(await histories.load(connection, {*wanted, *(each for _, each in asked)}), known_at)
    verdicts, rest = Verdicts(asked), wanted
    while rest:
        _fold_all(rest, loaded, pack, verdicts)
        missing = {asked for each in verdicts.folded.values() for asked in each.asked} - loaded.keys()
        loaded |= _known(await histories.load(connection, missing), known_at) if missing else {}
        rest = [subject for subject, each in verdicts.folded.items() if not missing.isdisjoint(each.asked)]
    return verdicts


def _known(loaded: Mapping[str, History], known_at: datetime | None) -> dict[str, History]:
    if known_at is None:
        return dict(loaded)
    return {subject: as_known_at(history, known_at) for subject, history in loaded.items()}


def _fold_all(subjects: Iterable[str], loaded: Mapping[str, History], pack: RulePack, verdicts: Verdicts) -> None:
    surroundings = Surroundings(loaded)
    for subject in subjects:
        try:
            verdicts.folded[subject] = fold(subject, loaded[subject], surroundings, pack)
        except Exception as error:  # noqa: BLE001 - one subject that a rule fails on must not stop the others
            verdicts.folded.pop(subject, None)
            verdicts.failed[subject] = error


async def save(connection: Connection, verdicts: Verdicts) -> None:
    """Put what was found in the place of what was known before."""
    subjects = list(verdicts.folded)
    found = [interval for each in verdicts.folded.values() for interval in each.intervals]
    await intervals.replace(connection, subjects, found)
    await _remember(connection, verdicts)
    await connection.execute(_CLEAN, subjects)


async def _remember(connection: Connection, verdicts: Verdicts) -> None:
    """Who asked about whom, where that has changed."""
    before = {asked for asked in verdicts.asked_before if asked[0] in verdicts.folded}
    now = {(subject, asked) for subject, each in verdicts.folded.items() for asked in each.asked}
    for query, changed in ((_FORGET, before - now), (_REMEMBER, now - before)):
        if changed:
            await connection.execute(query, *map(list, zip(*sorted(changed), strict=True)))


async def judge_and_save(connection: Connection, subjects: Sequence[str], pack: RulePack) -> Verdicts:
    verdicts = await judge(connection, subjects, pack)
    await save(connection, verdicts)
    return verdicts
