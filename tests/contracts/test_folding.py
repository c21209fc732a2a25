"""What is read is also understood: every sample goes through every view, decision and rule that reads it."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest

from services.audit.domain.context import Surroundings
from services.audit.domain.fold import fold
from services.audit.domain.history import History, Told, history_of
from services.audit.domain.subjects import subjects_of
from services.audit.rules import RULES
from shared.events.codec import Recorded
from shared.events.topics import HR, OWN
from shared.law.rule_pack import STANDARD
from shared.runtime.reading.views import View
from shared.runtime.service import Service
from shared.runtime.writing.aggregates import Aggregate
from tests.contracts.corpus import corpus, services, told

TOLD = told()
SERVICES = services()
OF_THE_RUNTIME = {"digest"}
"""Streams of every service that no aggregate decides."""


def _views() -> Iterator[Any]:
    for service in SERVICES:
        lookups = [make() for make in service.reactions.lookups] if service.reactions else []
        for view in (*service.views, *(handler.store.view for handler in lookups)):  # type: ignore[attr-defined]
            yield pytest.param(view, id=f"{service.name}-{view.name}")


def _aggregates() -> list[Any]:
    return [pytest.param(each, id=f"{service.name}-{each.kind}") for service in SERVICES for each in service.aggregates]


def _on(view: View[Any]) -> list[Recorded]:
    topics = {topic.name for topic in view.topics}
    return [each for each in TOLD if _topic(each) in topics]


def _topic(recorded: Recorded) -> str:
    return OWN.get(recorded.source.strip("/"), HR).name


@pytest.mark.parametrize("view", list(_views()))
def test_a_view_folds_every_sample_on_its_topics(view: View[Any]) -> None:
    rows: dict[str, Any] = {}
    for recorded in _on(view):
        if (key := view.key(recorded)) is not None:
            view.project(None, recorded)
            rows[key] = view.project(rows.get(key), recorded)
    assert any(rows.values()), "no sample makes a row of this view"


@pytest.mark.parametrize("view", [view for service in SERVICES for view in service.views], ids=lambda view: view.name)
def test_a_view_reads_the_kinds_of_streams_that_it_is_about(view: View[Any]) -> None:
    about = {each.stream.partition("/")[0] for each in TOLD if view.key(each) is not None}
    assert not view.kinds or about == view.kinds


@pytest.mark.parametrize("aggregate", _aggregates())
def test_an_aggregate_folds_its_samples_alone_and_in_order(aggregate: Aggregate[Any, Any, Any]) -> None:
    mine = [each for each in TOLD if each.stream.startswith(f"{aggregate.kind}/")]
    assert mine, "no sample is of this kind"
    for _, stream in groupby(mine, key=lambda each: each.stream):
        events = [each.event for each in stream]
        aggregate.decider.fold(events)
        for event in events:
            aggregate.decider.evolve(aggregate.decider.initial, event)
            list(aggregate.timers(event))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_event_of_a_service_is_of_one_of_its_aggregates(service: Service) -> None:
    mine = {each.stream.partition("/")[0] for each in TOLD if each.source == f"/{service.name}"}
    assert mine <= {aggregate.kind for aggregate in service.aggregates} | OF_THE_RUNTIME


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_service_reads_every_sample_in_its_own_way(service: Service) -> None:
    assert [service.read(sample.value) for sample in corpus()] == [sample.recorded for sample in corpus()]


def test_every_rule_of_the_audit_judges_the_corpus() -> None:
    histories = _histories()
    surroundings = Surroundings(histories)
    judged = [fold(subject, history, surroundings, STANDARD) for subject, history in histories.items()]
    found = {interval.rule for each in judged for interval in each.intervals}
    assert found <= set(RULES)
    assert found


def _histories() -> dict[str, History]:
    found: dict[str, list[Told]] = {}
    for sample in corpus():
        recorded = sample.recorded
        for subject in subjects_of(recorded.stream.encode(), sample.value):
            found.setdefault(subject, []).append(Told(recorded, recorded.recorded_at))
    return {subject: history_of(each) for subject, each in found.items()}
