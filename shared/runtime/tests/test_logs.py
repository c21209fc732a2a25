import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog

from shared.runtime.tests.sample import calling, open_app
from shared.runtime.watching.logs import install_logs
from shared.runtime.watching.telemetry import install_telemetry, span_from

CANARY = "Sato Hanako"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def out() -> Iterator[StringIO]:
    root, out = logging.getLogger(), StringIO()
    handlers, level = root.handlers[:], root.level
    install_logs("sample", "INFO", out)
    yield out
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def _lines(out: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_json_with_its_service_and_time(out: StringIO) -> None:
    structlog.get_logger().info("batch_published", count=3, topic="sample.events")
    (line,) = _lines(out)
    assert (line["event"], line["service"], line["count"], line["level"]) == ("batch_published", "sample", 3, "info")
    assert line["timestamp"].endswith("Z")


def test_what_is_not_on_the_list_is_dropped(out: StringIO) -> None:
    structlog.get_logger().warning("command_rejected", slug="rejected", body=CANARY, name=CANARY, command={"a": CANARY})
    assert CANARY not in out.getvalue()
    assert _lines(out)[0]["slug"] == "rejected"


def _fail() -> None:
    raise ValueError(CANARY)


def test_of_an_exception_remain_its_kind_and_place(out: StringIO) -> None:
    try:
        _fail()
    except ValueError as error:
        structlog.get_logger().exception("batch_failed")
        structlog.get_logger().error("batch_failed", exc_info=error)
    assert CANARY not in out.getvalue()
    for line in _lines(out):
        assert line["error"] == "ValueError"
        assert line["frames"][-1].endswith(":_fail")


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "\x1b[2J", "a\u2028b", "\x7f", "\u202eb", "\ud800", "\x9b"])
def test_no_text_can_forge_a_line(out: StringIO, text: str) -> None:
    structlog.get_logger().info("stream_parked", reason=text)
    written = out.getvalue()
    assert written.count("\n") == 1
    assert written.rstrip("\n").isascii()
    assert written.rstrip("\n").isprintable()
    assert _lines(out)[0]["reason"] == text


def test_a_long_text_is_cut(out: StringIO) -> None:
    structlog.get_logger().info("stream_parked", reason="x" * 100_000)
    assert len(out.getvalue()) < 1_000


def test_each_line_names_its_trace(out: StringIO) -> None:
    install_telemetry("sample")
    with span_from(f"00-{TRACE}-00f067aa0ba902b7-01", "consume"):
        structlog.get_logger().info("batch_consumed")
    assert _lines(out)[0]["trace_id"] == TRACE


def test_a_library_s_line_comes_without_what_it_filled_in(out: StringIO) -> None:
    logging.getLogger("driver").warning("row %s refused", CANARY)
    logging.getLogger("driver").info("row %s read", CANARY)
    (line,) = _lines(out)
    assert (line["event"], line["logger"], line["level"]) == ("row %s refused", "driver", "warning")


def test_quiet_levels_are_quiet(out: StringIO) -> None:
    structlog.get_logger().debug("batch_read")
    assert not out.getvalue()


async def test_a_failed_request_leaves_no_message_in_the_log(out: StringIO) -> None:
    async with calling(open_app()) as client:
        await client.get("/v1/failure")
        await client.post(f"/v1/things?name={CANARY}", content=CANARY)
    assert CANARY not in out.getvalue()
    assert [line["error"] for line in _lines(out)] == ["RuntimeError"]
