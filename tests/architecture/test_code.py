"""Every rule holds in every file, and finds what is planted against it."""

from typing import Any

import pytest

from tests.architecture import code_rules as rules
from tests.architecture.tree import Source, sources

SOURCES = sources()


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds_everywhere(rule: rules.Rule) -> None:
    assert [f"{source}: {offence}" for source in SOURCES for offence in rule(source)] == []


DOMAIN = "services/ledger/domain/slip.py"
RULE = "services/audit/rules/slips.py"
SPELL = "services/audit/spells/slip.py"
LAW = "shared/law/calendar.py"
REACTIONS = "services/ledger/reactions.py"
VIEW = "services/ledger/views/register.py"
SHARED = "shared/runtime/writing/relay.py"
SERVICE = "services/ledger/queries.py"
PROJECT = "from sqlalchemy import Table\nfrom shared.runtime.reading.views import View\n"


def _planted() -> list[Any]:
    return [
        (rules.nobody_commits, SHARED, "connection.commit()"),
        (rules.nobody_commits, SERVICE, "await session.commit()"),
        (rules.pure_code_knows_no_time_and_no_chance, DOMAIN, "x = datetime.now(UTC)"),
        (rules.pure_code_knows_no_time_and_no_chance, RULE, "x = date.today()"),
        (rules.pure_code_knows_no_time_and_no_chance, SPELL, "x = clock.now()"),
        (rules.pure_code_knows_no_time_and_no_chance, LAW, "x = uuid.uuid4()"),
        (rules.pure_code_knows_no_time_and_no_chance, REACTIONS, "x = uuid4()"),
        (rules.pure_code_never_waits, REACTIONS, "async def react(event): ..."),
        (rules.sql_is_given_the_time, SHARED, 'X = "SELECT now()"'),
        (rules.sql_is_given_the_time, SERVICE, 'X = f"... WHERE at < CURRENT_TIMESTAMP AND {y}"'),
        (rules.sql_is_given_the_time, "services/ledger/schema.py", "Column('at', server_default=sa.func.now())"),
        (rules.no_failure_is_swallowed_unnamed, SHARED, "try:\n    x\nexcept:\n    pass"),
        (rules.nothing_is_printed, SHARED, "print('here')"),
        (rules.logs_hold_only_what_is_listed, SHARED, "log.info('done', person_id=x)"),
        (rules.logs_hold_only_what_is_listed, SERVICE, "log.warning(f'{x} failed')"),
        (rules.metrics_are_labelled_by_what_is_listed, SHARED, "X = Counter('daicho_x', 'X', ['person'])"),
        (rules.metrics_are_labelled_by_what_is_listed, SERVICE, "X = Gauge('daicho_x', 'X', labelnames=('stream',))"),
        (rules.events_are_declared_by_their_producer, DOMAIN, "class A(E, type='ledger.SlipKept.v1'): ..."),
        (rules.events_are_declared_by_their_producer, "shared/events/audit.py", "class A(E, type='hr.Left.v1'): ..."),
        (rules.events_are_declared_by_their_producer, "shared/events/audit.py", "class A(E, type='audit.Kept'): ..."),
        (rules.projections_are_pure, VIEW, "async def project(row, event): ..."),
        (rules.projections_are_pure, VIEW, f"{PROJECT}def project(r, e): return f(r)\ndef f(r): return Table(r)"),
        (rules.projections_are_pure, VIEW, f"{PROJECT}def key(event): return View(event)"),
    ]


@pytest.mark.parametrize(("rule", "path", "text"), _planted())
def test_the_rule_finds_what_is_planted(rule: rules.Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text)))


def test_every_rule_was_planted_against() -> None:
    assert {rule for rule, _, _ in _planted()} == set(rules.RULES)


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (rules.pure_code_knows_no_time_and_no_chance, "shared/runtime/clock.py", "x = datetime.now(UTC)"),
        (rules.sql_is_given_the_time, SHARED, '"""SQL gets $now, never now()."""'),
        (rules.metrics_are_labelled_by_what_is_listed, SERVICE, "found = Counter(rows)"),
        (rules.projections_are_pure, VIEW, f"{PROJECT}table = Table()\ndef project(row, event): return row"),
    ],
)
def test_the_rule_lets_pass_what_is_right(rule: rules.Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text))) == []
