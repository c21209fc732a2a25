"""The reference that everybody has met: an ORM that takes one event after the other, each committed with its offset."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

FEW: Final = 300
"""So many are enough to tell what one takes."""
Note = Callable[[AsyncSession, Any], Awaitable[None]]


@asynccontextmanager
async def open_orm(dsn: str, tables: type[DeclarativeBase]) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(tables.metadata.create_all)
    yield engine
    await engine.dispose()


async def one_by_one(kafka: str, topics: Sequence[str], engine: AsyncEngine, note: Note) -> int:
    """Read a record and note it, in a transaction of its own."""
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        for _ in range(FEW):
            record = await consumer.getone()
            async with AsyncSession(engine) as session, session.begin():
                await note(session, record)
    finally:
        await consumer.stop()
    return FEW
