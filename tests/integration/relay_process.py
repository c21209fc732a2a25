"""Run as a program: a relay that stops for ever between publishing and deleting, and says so by making a file."""

import asyncio
import sys
from pathlib import Path

from shared.runtime.writing.producer import KafkaPublisher
from shared.runtime.writing.relay import Relay


async def main(dsn: str, kafka: str, topic: str, said: str) -> None:
    async def published() -> None:
        await asyncio.to_thread(Path(said).touch)
        await asyncio.Event().wait()

    await Relay(dsn, KafkaPublisher(kafka, topic), published=published).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
