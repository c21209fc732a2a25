"""`python -m services.<name> [serve | migrate | topics]`: the three things a service's image can do."""

import asyncio
import gc
import sys
from collections.abc import Callable, Mapping
from typing import Final

import uvicorn

from shared.events.topics import ALL
from shared.runtime.application import build
from shared.runtime.service import Service
from shared.runtime.settings import Settings, load_settings, refuse
from shared.runtime.topics import TopicFault, create
from shared.runtime.watching.logs import install_logs
from shared.runtime.watching.telemetry import install_telemetry

GRACE_SECONDS: Final = 8
YOUNG: Final = 10_000
"""So many new values bring about a collection; by default 700 do, and a batch is looked at time and again."""


def run(service: Service) -> None:
    """Do what the command line asks; `serve` without a word."""
    asked = sys.argv[1] if len(sys.argv) > 1 else "serve"
    if asked not in DOES or len(sys.argv) > 2:
        refuse([f"usage: python -m services.{service.name} [{' | '.join(DOES)}]"])
    DOES[asked](service, load_settings())


def serve(service: Service, settings: Settings) -> None:
    install_logs(service.name, settings.log_level)
    install_telemetry(service.name)
    application = build(service, settings)
    collect_seldom()
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def collect_seldom() -> None:
    """What stays until the end is never looked at again, the values of a batch only now and then: none form cycles."""
    gc.freeze()
    gc.set_threshold(YOUNG)


def migrate_database(service: Service, settings: Settings) -> None:
    from shared.runtime.schema.migrate import migrate  # noqa: PLC0415 - Alembic would slow every other start down

    migrate(service.name, settings.database_url)


def create_topics(service: Service, settings: Settings) -> None:  # noqa: ARG001 - the same shape as the others
    """Create all topics of the contract: a service also verifies those it only reads."""
    replication = 3 if settings.environment == "production" else 1
    servers, prefix = settings.kafka_bootstrap_servers, settings.topic_prefix
    try:
        asyncio.run(create(servers, ALL, replication=replication, prefix=prefix))
    except TopicFault as fault:
        refuse([str(fault)])


DOES: Final[Mapping[str, Callable[[Service, Settings], None]]] = {
    "serve": serve,
    "migrate": migrate_database,
    "topics": create_topics,
}
