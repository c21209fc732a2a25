"""Partitions in memory, read as a consumer of Kafka reads them; `test_feed.py` tries the same on a real one."""

from collections import defaultdict
from typing import Any, cast

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.runtime.reading.parked import StoredRecord


class Partitions:
    """A consumer of a topic that has partitions 0 and 1; a transaction's marker takes an offset and is no record."""

    def __init__(self, topic: str) -> None:
        self.both = [TopicPartition(topic, number) for number in (0, 1)]
        self.assigned = set(self.both)
        self.topics = {topic}
        self.failure: Exception | None = None
        self.committed = list[dict[TopicPartition, int]]()
        self._log: dict[TopicPartition, list[StoredRecord | None]] = defaultdict(list)
        self._next = dict.fromkeys(self.both, 0)

    @property
    def consumer(self) -> AIOKafkaConsumer:
        return cast("AIOKafkaConsumer", self)

    def put(self, partition: int, *values: bytes, timestamp: int = 0) -> None:
        at = self.both[partition]
        for value in values:
            self._log[at].append(StoredRecord(at.topic, partition, len(self._log[at]), b"tally/a", value, timestamp))

    def mark(self, partition: int) -> None:
        self._log[self.both[partition]].append(None)

    async def getmany(
        self,
        *,
        timeout_ms: int,  # noqa: ARG002 - the interface of the real one
        max_records: int,
    ) -> dict[TopicPartition, list[StoredRecord]]:
        if self.failure is not None:
            raise self.failure
        found = dict[TopicPartition, list[StoredRecord]]()
        for partition in self.both:
            arrived = self._log[partition][self._next[partition] :][:max_records]
            max_records -= len(arrived)
            self._next[partition] += len(arrived)
            if records := [each for each in arrived if each is not None]:
                found[partition] = records
        return found

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        return {each.partition for each in self.both} if topic in self.topics else None

    def assignment(self) -> set[TopicPartition]:
        return self.assigned

    async def position(self, partition: TopicPartition) -> int:
        return self._next[partition]

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._next[partition] = offset

    def highwater(self, partition: TopicPartition) -> int | None:
        return len(self._log[partition]) or None

    async def commit(self, positions: dict[TopicPartition, Any]) -> None:
        self.committed.append(positions)
