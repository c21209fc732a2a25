"""Bugs that were measured, read of or made, each as a change of the source, and the test that must notice it.

A guard that nobody has seen bite proves nothing. `test_planted_bugs.py` plants each bug in a copy of the tree.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

RUNTIME: Final = "shared/runtime/"
INTEGRATION: Final = "tests/integration/"


@dataclass(frozen=True)
class Planted:
    """`changes` are texts of one file and what they become; each must occur exactly once."""

    name: str
    file: str
    changes: tuple[tuple[str, str], ...]
    test: str

    def plant(self, root: Path) -> None:
        path = root / self.file
        path.write_text(self.planted_in(path.read_text()))

    def planted_in(self, source: str) -> str:
        """Raises ValueError where the source is no longer as the bug knows it."""
        for old, new in self.changes:
            if source.count(old) != 1:
                raise ValueError(f"{self.name}: {self.file} holds {source.count(old)} times: {old}")
            source = source.replace(old, new)
        return source


def _runtime(name: str, module: str, test: str, *changes: tuple[str, str]) -> Planted:
    return Planted(name, f"{RUNTIME}{module}.py", changes, f"{INTEGRATION}{test}")


_DELETE = "        await connection.execute(_DELETE, [row["
_TRY_PUBLISH = "        try:\n            await self._publisher.publish("

_BY_CURSOR = (
    "        last = getattr(self, 'last', 0)\n"
    "        rows = [row for row in await connection.fetch(_READ, BATCH) if row['position'] > last]\n"
    "        self.last = max([last, *(row['position'] for row in rows)])\n"
)

RELAY: Final = (
    _runtime(
        "the outbox is deleted up to the last id",
        "writing/relay",
        "test_relay.py::test_an_event_that_commits_while_later_ones_are_published_reaches_kafka",
        ("position = ANY($1::bigint[])", "position <= (SELECT max(p) FROM unnest($1::bigint[]) AS p)"),
    ),
    _runtime(
        "the outbox is read by a cursor",
        "writing/relay",
        "test_relay.py::test_an_event_that_commits_after_later_ones_were_published_reaches_kafka",
        (
            "        rows = await connection.fetch(_READ, BATCH)\n",
            _BY_CURSOR,
        ),
    ),
    _runtime(
        "the outbox is read in the order of transactions",
        "writing/relay",
        "test_relay.py::test_a_stream_keeps_its_order_when_its_second_writer_began_first",
        ("ORDER BY o.position", "ORDER BY o.xmin::text::bigint"),
    ),
    _runtime(
        "the relay waits for every older transaction",
        "writing/relay",
        "test_relay.py::test_an_open_transaction_in_another_database_holds_nothing_up",
        (
            "USING (position) ORDER",
            "USING (position) WHERE o.xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint ORDER",
        ),
    ),
    _runtime(
        "events are written anew on their way",
        "writing/relay",
        "test_relay.py::test_kafka_holds_the_very_bytes_of_the_event_table",
        ('Message(row["stream"].encode(), row["body"])', 'Message(row["stream"].encode(), row["body"] + b" ")'),
    ),
    _runtime(
        "anybody leads",
        "database",
        "test_relay.py::test_two_relays_publish_each_event_once_while_nothing_fails",
        ('"SELECT pg_try_advisory_lock($1)"', '"SELECT $1::bigint > 0"'),
    ),
    _runtime(
        "a relay that lost its connection is gone",
        "writing/relay",
        "test_relay.py::test_whoever_leads_may_lose_his_connection_at_any_time",
        ("            except CONNECTION_LOST:\n", "            except ZeroDivisionError:\n"),
    ),
    _runtime(
        "the outbox is deleted before publishing",
        "writing/relay",
        "test_relay_failures.py::test_a_relay_killed_between_publishing_and_deleting_loses_and_doubles_nothing",
        (_TRY_PUBLISH, f'{_DELETE}"position"] for row in rows])\n{_TRY_PUBLISH}'),
    ),
    _runtime(
        "the domain's clock stamps records",
        "writing/producer",
        "test_relay.py::test_a_clock_a_month_ahead_changes_nothing_for_kafka",
        ("batch.append(timestamp=None,", "batch.append(timestamp=int(__import__('time').time() + 30 * 86_400) * 1000,"),
    ),
    _runtime(
        "a producer that failed is used again",
        "writing/producer",
        "test_relay_failures.py::test_a_record_that_kafka_refuses_does_not_wedge_its_partition",
        ("producer, self._producer = self._producer, None", "producer = None"),
    ),
    _runtime(
        "a producer is asked politely to stop, and given up waiting for",
        "writing/producer",
        "test_relay_failures.py::test_a_publisher_thrown_away_while_the_broker_hangs_leaves_no_sender_behind",
        ("producer._message_accumulator.fail_all(ProducerClosed())", "pass"),
        ("        await producer.client.close()", "        pass"),
    ),
    _runtime(
        "no wait for Kafka is bounded",
        "writing/producer",
        "test_relay_failures.py::test_a_broker_that_is_gone_or_hangs_delays_events_and_nothing_else",
        ("        await asyncio.wait_for(producer.stop(), STOP_TIMEOUT)", "        await producer.stop()"),
        ("producer._message_accumulator.fail_all(ProducerClosed())", "pass"),
        ("        await producer.client.close()", "        pass"),
    ),
)

FEED: Final = (
    _runtime(
        "the position is written, not compared",
        "reading/positions",
        "test_feed.py::test_a_consumer_that_stalled_beyond_its_poll_interval_applies_nothing_twice",
        ("AND o.next = n.loaded ORDER BY", "ORDER BY"),
        ("AND o.next = n.loaded RETURNING", "RETURNING"),
    ),
    _runtime(
        "a batch moves the position of an assignment it does not belong to",
        "reading/feed",
        "test_feed_polls.py::test_of_what_is_taken_away_in_the_middle_of_a_batch_nothing_more_is_read",
        ("            held.update(", "            self._next.update("),
    ),
    _runtime(
        "uncommitted records are read",
        "reading/consumer",
        "test_feed.py::test_aborted_transactions_are_neither_read_nor_waited_for",
        ('isolation_level="read_committed"', 'isolation_level="read_uncommitted"'),
    ),
    _runtime(
        "transaction markers hold the position",
        "reading/feed",
        "test_feed.py::test_aborted_transactions_are_neither_read_nor_waited_for",
        ("if reached > held[partition]:", "if False:"),
    ),
    _runtime(
        "lost history is jumped over",
        "reading/consumer",
        "test_feed.py::test_records_that_kafka_no_longer_holds_are_an_alarm_and_never_skipped",
        ('auto_offset_reset="none"', 'auto_offset_reset="earliest"'),
    ),
    _runtime(
        "a topic that is gone is no loss",
        "reading/feed",
        "test_feed.py::test_a_topic_that_was_made_anew_with_less_is_not_read_on",
        ("        self._demand_topics(consumer)\n", ""),
    ),
    _runtime(
        "nobody hears that an assignment failed",
        "reading/feed",
        "test_feed.py::test_a_consumer_that_could_not_learn_its_position_begins_again",
        ("        self._fault = error\n", "        del error\n"),
    ),
)

INTAKE: Final = (
    _runtime(
        "versions are not compared",
        "reading/sift",
        "test_relay_failures.py::test_a_relay_killed_between_publishing_and_deleting_loses_and_doubles_nothing",
        ("if version <= _last(stream, known, sifted):", "if version < 0:"),
    ),
    _runtime(
        "foreign events have no inbox",
        "reading/sift",
        "test_feed.py::test_a_repeat_of_a_foreign_event_is_dropped_by_its_source_and_id",
        ("if mark in known.seen or mark in sifted.seen:", "if not mark:"),
    ),
    _runtime(
        "events pass a parked one of their stream",
        "reading/sift",
        "test_parking.py::test_a_poison_parks_its_stream_in_order_while_all_others_go_on",
        ("if stream in known.parked or stream in sifted.newly_parked:", "if not stream:"),
    ),
    _runtime(
        "what cannot be read is dropped",
        "reading/sift",
        "test_parking.py::test_every_kind_of_poison_is_parked_with_its_reason_while_good_streams_go_on",
        ("        return (outcome.reason, outcome.detail)", "        return None"),
    ),
    _runtime(
        "gaps are not noticed",
        "reading/sift",
        "test_parking.py::test_a_missing_version_parks_the_stream_until_it_is_given_up",
        ("    return version is not None and version > _last(stream, known, sifted) + 1\n", "    return False\n"),
    ),
    _runtime(
        "a bad deploy parks the whole log",
        "reading/sift",
        "test_parking.py::test_a_log_that_is_mostly_unusable_stops_the_feed_and_parks_nothing",
        ("AT_LEAST: Final = 50", "AT_LEAST: Final = 50_000"),
    ),
    _runtime(
        "an accepted gap stays open for ever",
        "reading/intake_rows",
        "test_parking.py::test_the_gap_a_discard_leaves_stays_accepted_until_the_next_event_and_no_longer",
        ("gap_accepted = false", "gap_accepted = stream_version.gap_accepted"),
    ),
    _runtime(
        "an accepted gap is forgotten when nothing waits behind it",
        "reading/parked",
        "test_parking.py::test_the_gap_a_discard_leaves_stays_accepted_until_the_next_event_and_no_longer",
        ("    await accept_gap(connection, intake.subscription, stream)\n", ""),
    ),
    _runtime(
        "whatever waited for a version gives it up",
        "reading/parked",
        "test_parking.py::test_what_came_late_is_not_given_up_by_a_discard",
        (" and place_of(record) in leapt)", ")"),
    ),
    _runtime(
        "what was given up is waited for again",
        "reading/sift",
        "test_intake.py::test_what_was_given_up_before_a_record_is_not_waited_for_when_it_is_met_again",
        ("    if place_of(record) in known.given_up:\n        return True\n", ""),
    ),
    _runtime(
        "what cannot be folded cannot be let go of",
        "reading/parked",
        "test_parking.py::test_an_event_that_cannot_be_folded_can_be_let_go_of",
        ("record.reason if record.reason == UNFOLDABLE else None", "None"),
    ),
    _runtime(
        "the position of a parked stream's records is forgotten",
        "reading/parked",
        "test_parking.py::test_what_nobody_numbers_replays_as_it_came",
        ('row["offset"])', '-row["offset"])'),
    ),
    Planted(
        "a tombstone is read like any value",
        "shared/events/codec.py",
        (("    if value is None:\n", "    if value == b'':\n"),),
        f"{INTEGRATION}test_parking.py::test_every_kind_of_poison_is_parked_with_its_reason_while_good_streams_go_on",
    ),
    Planted(
        "deep nesting is no failure of decoding",
        "shared/events/codec.py",
        (("(msgspec.DecodeError, UnicodeDecodeError, RecursionError)", "(msgspec.DecodeError, UnicodeDecodeError)"),),
        f"{INTEGRATION}test_parking.py::test_every_kind_of_poison_is_parked_with_its_reason_while_good_streams_go_on",
    ),
)

_GIVE = "            large = await self._give(connection, rows) if rows else 0\n"
_APART = "        async with transaction(self._pool) as connection:\n"
_WINDOW = "            await asyncio.sleep(0.5)\n"
_DONE = (
    "            if rows:\n"
    '                await connection.execute(_DONE, [row["id"] for row in rows])\n'
)  # fmt: skip

WRITING: Final = (
    _runtime(
        "a repeat is decided again",
        "writing/commands",
        "test_commands.py::test_fifty_equal_requests_at_once_have_one_effect_and_one_answer",
        ("if loaded.replayed is not None:", "if loaded.replayed is not None and loaded.version == 0:"),
    ),
    _runtime(
        "a key serves any request",
        "writing/commands",
        "test_commands.py::test_a_key_used_for_another_request_is_refused",
        ("loaded.claimed_for != request.claim.request_hash", "loaded.claimed_for is None"),
    ),
    _runtime(
        "nobody looks at the expected version",
        "writing/commands",
        "test_commands.py::test_of_two_writers_who_saw_the_same_version_one_succeeds",
        ("if request.expected is not None and request.expected != before.version:", "if request.expected == -1:"),
    ),
    _runtime(
        "a conflict is not tried again",
        "writing/commands",
        "test_commands.py::test_writers_without_an_expectation_all_succeed_one_after_the_other",
        ("ATTEMPTS: Final = 5", "ATTEMPTS: Final = 1"),
    ),
    _runtime(
        "one rejected command ends its batch",
        "writing/commands",
        "test_commands.py::test_a_rejected_command_in_a_batch_changes_nothing_and_stops_nobody",
        ("                continue\n", "                break\n"),
    ),
    _runtime(
        "the guard against a version ahead is missing",
        "writing/event_store",
        "test_commands.py::test_a_version_that_is_ahead_is_refused_with_its_idempotency_key_and_its_timers",
        ("SELECT count(*) = 0 AS ok", "SELECT count(*) >= 0 AS ok"),
    ),
    _runtime(
        "the guard against a version ahead forgets the idempotency key",
        "writing/event_store",
        "test_commands.py::test_a_version_that_is_ahead_is_refused_with_its_idempotency_key_and_its_timers",
        ("WHERE $8::text IS NOT NULL AND sound.ok", "WHERE $8::text IS NOT NULL"),
    ),
    _runtime(
        "sizes are not checked before storing",
        "writing/event_store",
        "test_store_contract.py::test_an_event_too_large_to_publish_is_not_stored_and_whose_it_is_is_told",
        ("    check_sizes(events)\n", ""),
    ),
    _runtime(
        "a broken connection goes back to the pool",
        "database",
        "test_database.py::test_a_connection_that_failed_beyond_the_protocol_is_not_handed_out_again",
        ("except (asyncpg.InterfaceError, asyncpg.InternalClientError):", "except asyncpg.InterfaceError:"),
    ),
    _runtime(
        "a timer is deleted before it fires",
        "reacting/timers",
        "test_timers.py::test_workers_killed_at_random_ring_every_alarm_once_at_its_own_time",
        (_GIVE + _DONE, _DONE + _APART + _GIVE),
    ),
    _runtime(
        "a timer's events have random ids and are not stored with its end",
        "reacting/timers",
        "test_timers.py::test_workers_killed_at_random_ring_every_alarm_once_at_its_own_time",
        ("seed=True", "seed=False"),
        (_GIVE + _DONE, _APART + _GIVE + _APART + _WINDOW + _DONE),
    ),
    _runtime(
        "a timer happens when it fires",
        "reacting/timers",
        "test_timers.py::test_workers_killed_at_random_ring_every_alarm_once_at_its_own_time",
        ('        time=row["at"],\n', ""),
    ),
    _runtime(
        "a timer that already fired is tried for ever",
        "reacting/timers",
        "test_timers.py::test_a_timer_set_again_after_it_fired_rings_no_second_time_and_holds_nobody_up",
        ('HAPPENED: Final = ("event_event_id_key",)', 'HAPPENED: Final = ("",)'),
    ),
    _runtime(
        "a timer that fails is not held",
        "reacting/timers",
        "test_timers.py::test_a_timer_that_fails_is_held_with_its_reason_and_holds_up_nobody_else",
        ("                    await self._hold(connection, row, error)", "                    raise error"),
    ),
)

PLANTED: Final = (*RELAY, *FEED, *INTAKE, *WRITING)
QUICKEST: Final = ("a key serves any request", "gaps are not noticed", "the outbox is read by a cursor")
"""Planted in every run of the tests; the others in the long form."""
