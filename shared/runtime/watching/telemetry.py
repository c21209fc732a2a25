"""One trace from the request through the outbox and Kafka to the view, carried as a W3C `traceparent`.

Spans leave the process only where an exporter is configured through OpenTelemetry's own environment variables
(`OTEL_EXPORTER_OTLP_ENDPOINT`, …); trace ids exist always, so that a problem and a log line can be found together.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from secrets import token_hex
from typing import Any, Final

from fastapi.telemetry import TelemetryConfig
from opentelemetry import propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.runtime.settings import refuse

HTTP_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": True,
    "metrics": False,  # Prometheus has them
    "logs": False,  # they would carry the messages of exceptions, which may hold what a person wrote
    "operation_spans": False,
}
MOST_LINKS: Final = 100
_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_EXPORTER: Final = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
_propagator: Final = TraceContextTextMapPropagator()


def install_telemetry(service: str) -> TracerProvider:
    """Set the process's tracing up, once; a second call gives what is there."""
    present = trace.get_tracer_provider()
    if isinstance(present, TracerProvider):
        return present
    provider = TracerProvider(resource=Resource.create({"service.name": service}), shutdown_on_exit=False)
    if any(os.environ.get(name) for name in _ENDPOINTS):
        provider.add_span_processor(BatchSpanProcessor(_exporter()))
    trace.set_tracer_provider(provider)
    # Trace context only: baggage would let any caller write into our traces.
    propagate.set_global_textmap(_propagator)
    return provider


def current_traceparent() -> str | None:
    """Where we are in the trace, for the envelope of an event; None outside of any span."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


def current_trace_id() -> str:
    """32 hex digits. Outside of any span a fresh one, so that every problem has one."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else token_hex(16)


@contextmanager
def span_from(traceparent: str | None, name: str, kind: SpanKind = SpanKind.CONSUMER) -> Iterator[Span]:
    """A span that goes on with the trace an event was recorded in; a new trace where it has none that can be read."""
    parent = _propagator.extract({"traceparent": traceparent} if traceparent else {})
    tracer = trace.get_tracer("daicho")
    with tracer.start_as_current_span(
        name, context=parent, kind=kind, record_exception=False, set_status_on_exception=False
    ) as span:
        yield span


@contextmanager
def batch_span(name: str, traceparents: Iterable[str | None]) -> Iterator[Span]:
    """A span of its own for work done on many events at once, linked to the traces they were recorded in."""
    told = dict.fromkeys(each for each in traceparents if each)
    links = [trace.Link(_context_of(each)) for each in islice(told, MOST_LINKS)]
    tracer = trace.get_tracer("daicho")
    with tracer.start_as_current_span(
        name, kind=SpanKind.CONSUMER, links=links, record_exception=False, set_status_on_exception=False
    ) as span:
        yield span


def _context_of(traceparent: str) -> trace.SpanContext:
    return trace.get_current_span(_propagator.extract({"traceparent": traceparent})).get_span_context()


def _exporter() -> Any:
    if not _installed(_EXPORTER):
        refuse(
            [
                f"{_ENDPOINTS[0]} is set, but the exporter is not installed.",
                "Install opentelemetry-exporter-otlp-proto-http, or unset it.",
            ]
        )
    return import_module(_EXPORTER).OTLPSpanExporter()


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
