"""Topics are made by an explicit step and verified at every start; no broker makes one by accident."""

import asyncio
import time
from collections.abc import Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.events.topics import Topic


class TopicFault(Exception):  # noqa: N818 - says which topic, what is wrong and how to mend it
    pass


ALREADY_EXISTS = 36
APPEAR_SECONDS = 10.0
MISSING = "does not exist"


async def create(bootstrap_servers: str, topics: Sequence[Topic], *, replication: int, prefix: str = "") -> None:
    """Create what is missing; what is there is verified, never changed. Raises TopicFault."""
    wanted = [
        NewTopic(prefix + topic.name, topic.partitions, replication, topic_configs=dict(topic.config))
        for topic in topics
    ]
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        answer = await admin.create_topics(wanted)
        for name, code, *detail in answer.topic_errors:
            if code not in (0, ALREADY_EXISTS):
                raise TopicFault(f"topic {name} was not created (Kafka's error {code}): {detail}")
        await _appear(admin, topics, prefix)
    finally:
        await admin.close()
    await verify(bootstrap_servers, topics, prefix=prefix)


async def _appear(admin: AIOKafkaAdminClient, topics: Sequence[Topic], prefix: str) -> None:
    """A broker learns of a new topic a moment after the controller has made it."""
    deadline = time.monotonic() + APPEAR_SECONDS
    while any(fault.endswith(MISSING) for fault in await _partition_faults(admin, topics, prefix)):
        if time.monotonic() > deadline:
            return  # the verification says it better
        await asyncio.sleep(0.05)


async def verify(bootstrap_servers: str, topics: Sequence[Topic], *, prefix: str = "") -> None:
    """Raises TopicFault naming every topic that is missing or configured otherwise than the contract says."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        faults = await _partition_faults(admin, topics, prefix)
        if not faults:
            faults = await _config_faults(admin, topics, prefix)
    finally:
        await admin.close()
    if faults:
        raise TopicFault("; ".join(faults) + " - run `python -m services.<name> topics` or mend the topic")


async def _partition_faults(admin: AIOKafkaAdminClient, topics: Sequence[Topic], prefix: str) -> list[str]:
    described = await admin.describe_topics([prefix + topic.name for topic in topics])
    found = {each["topic"]: each for each in described}
    faults = []
    for topic in topics:
        name = prefix + topic.name
        each = found.get(name)
        if each is None or each["error_code"] != 0:
            faults.append(f"topic {name} {MISSING}")
        elif len(each["partitions"]) != topic.partitions:
            faults.append(f"topic {name} has {len(each['partitions'])} partitions, not {topic.partitions}")
    return faults


async def _config_faults(admin: AIOKafkaAdminClient, topics: Sequence[Topic], prefix: str) -> list[str]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, prefix + topic.name) for topic in topics]
    found: dict[str, dict[str, str]] = {}
    for answer in await admin.describe_configs(resources):
        for _, _, _, name, entries in answer.resources:
            found[name] = {entry[0]: entry[1] for entry in entries}
    return [
        f"topic {prefix}{topic.name} has {key}={found[prefix + topic.name].get(key)}, not {value}"
        for topic in topics
        for key, value in topic.config
        if found[prefix + topic.name].get(key) != value
    ]
