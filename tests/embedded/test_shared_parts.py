"""What every other test stands on: one pair of servers, a database and a topic prefix for each test."""

from collections.abc import Callable

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from daicho.embedded.databases import run_sql
from daicho.embedded.parts import Parts
from shared.testing.stack import Migration

pytestmark = pytest.mark.stack


def notes(dsn: str) -> None:
    run_sql(dsn, "CREATE TABLE note (text text)")


async def test_postgres_keeps_what_was_written(database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute("CREATE TABLE slip (id int)")
    await connection.execute("INSERT INTO slip VALUES (7)")
    assert await connection.fetchval("SELECT id FROM slip") == 7
    assert (await connection.fetchval("SHOW server_version")).startswith("18")
    await connection.close()


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_of_its_own(make_database: Callable[[Migration], str], turn: int) -> None:
    dsn = make_database(Migration("notes", notes))
    run_sql(dsn, f"INSERT INTO note VALUES ('{turn}')")
    assert [row["text"] for row in run_sql(dsn, "SELECT text FROM note")] == [str(turn)]


def test_two_databases_of_one_migration_are_apart(make_database: Callable[[Migration], str]) -> None:
    first, second = make_database(Migration("notes", notes)), make_database(Migration("notes", notes))
    run_sql(first, "INSERT INTO note VALUES ('only here')")
    assert run_sql(second, "SELECT text FROM note") == []


def test_a_migration_that_stays_connected_does_not_block_the_clone(make_database: Callable[[Migration], str]) -> None:
    def forgetful(dsn: str) -> None:
        notes(dsn)

    assert run_sql(make_database(Migration("forgetful", forgetful)), "SELECT text FROM note") == []


async def test_a_record_comes_back_from_kafka(parts: Parts, topic_prefix: str) -> None:
    topic = f"{topic_prefix}ledger.events"
    admin = AIOKafkaAdminClient(bootstrap_servers=parts.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=parts.kafka, acks="all", enable_idempotence=True)
    await producer.start()
    await producer.send_and_wait(topic, b"value", key=b"slip/1")
    await producer.stop()
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=parts.kafka, auto_offset_reset="earliest")
    await consumer.start()
    record = await consumer.getone()
    await consumer.stop()
    assert (record.key, record.value) == (b"slip/1", b"value")


async def test_no_topic_appears_by_accident(parts: Parts, topic_prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=parts.kafka)
    await admin.start()
    described = await admin.describe_topics([f"{topic_prefix}missing"])
    assert described[0]["error_code"] != 0
    assert not [topic for topic in await admin.list_topics() if topic.startswith(topic_prefix)]
    await admin.close()
