from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.writing.producer import partition_of


@given(st.binary(min_size=1, max_size=80), st.integers(1, 64))
def test_a_key_goes_where_every_kafka_client_puts_it(key: bytes, partitions: int) -> None:
    there = list(range(partitions))
    assert partition_of(key, partitions) == DefaultPartitioner()(key, there, there)
