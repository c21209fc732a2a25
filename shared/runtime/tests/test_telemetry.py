import re

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from shared.runtime.tests.sample import calling, open_app
from shared.runtime.watching.telemetry import current_trace_id, current_traceparent, install_telemetry, span_from

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.fixture(scope="module", autouse=True)
def _telemetry() -> None:
    install_telemetry("sample")


def test_a_second_set_up_changes_nothing() -> None:
    assert install_telemetry("other") is trace.get_tracer_provider()
    assert isinstance(trace.get_tracer_provider(), TracerProvider)


def test_a_span_goes_on_with_the_trace_of_an_event() -> None:
    with span_from(TRACEPARENT, "relay"):
        carried = current_traceparent()
        assert current_trace_id() == TRACE
    with span_from(carried, "consume"):
        assert current_trace_id() == TRACE
        assert current_traceparent() != carried


@pytest.mark.parametrize("traceparent", [None, "", "nonsense", f"00-{'0' * 32}-{'0' * 16}-01", "00-" + "x" * 600])
def test_without_a_readable_parent_a_new_trace_begins(traceparent: str | None) -> None:
    with span_from(traceparent, "consume"):
        assert current_trace_id() != TRACE
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", current_traceparent() or "")


def test_outside_of_a_span_there_is_nothing_to_carry() -> None:
    assert current_traceparent() is None
    assert len(current_trace_id()) == 32


async def test_a_problem_names_the_trace_of_its_request() -> None:
    async with calling(open_app()) as client:
        answer = await client.get("/v1/failure", headers={"traceparent": TRACEPARENT})
    assert answer.json()["traceid"] == TRACE


def test_an_exporter_that_is_not_installed_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: None)
    with pytest.raises(SystemExit) as leaving:
        install_telemetry("sample")
    assert leaving.value.code == 2
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in capsys.readouterr().err
