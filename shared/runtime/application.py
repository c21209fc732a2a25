"""A Service as an HTTP application: its parts running for as long as it lives, its probes, its own routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, cast

from fastapi import FastAPI, Request

from shared.events.topics import ALL
from shared.runtime.auth.authenticator import Authenticator
from shared.runtime.database import borrow
from shared.runtime.http.app import Application
from shared.runtime.schema.revision import check_head
from shared.runtime.service import Running, Service, running
from shared.runtime.settings import Settings
from shared.runtime.tasks import Tasks
from shared.runtime.topics import TopicFault, verify
from shared.runtime.watching import metrics
from shared.runtime.watching.health import Health, NotReady, health_router

VERSION: Final = "1.0.0"
"""Of the interface, not of the code."""


def build(service: Service, settings: Settings) -> FastAPI:
    """The application; everything it needs is opened when it starts serving."""
    tasks = Tasks()
    health = Health(tasks)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(service, settings) as parts:
            app.state.running, app.state.authenticator = parts, Authenticator(settings)
            _add_checks(health, parts)
            for name, work in parts.workers().items():
                tasks.start(name, work)
            try:
                yield
            finally:
                await tasks.stop()
                await app.state.authenticator.close()

    app = describe(service, lifespan=lifespan)
    app.include_router(health_router(health))
    app.include_router(metrics.router)
    return app


def describe(service: Service, lifespan: object = None) -> Application:
    """The routes of a service without anything behind them: what its OpenAPI document is made from."""
    title = f"Daicho {service.name}"
    app = Application(title, version=VERSION, description=service.description, lifespan=lifespan)  # type: ignore[arg-type]
    for router in service.routers:
        app.include_router(router)
    return app


def running_of(request: Request) -> Running:
    """The parts behind the application that got this request."""
    return cast("Running", request.app.state.running)


def _add_checks(health: Health, parts: Running) -> None:
    verified = False

    async def database() -> None:
        async with borrow(parts.pool) as connection:
            await connection.fetchval("SELECT 1")

    async def migrations() -> None:
        try:
            await check_head(parts.service.name, parts.pool)
        except RuntimeError as error:
            raise NotReady(str(error)) from error

    async def topics() -> None:
        nonlocal verified
        if not verified:
            try:
                servers, prefix = parts.settings.kafka_bootstrap_servers, parts.settings.topic_prefix
                await verify(servers, ALL, prefix=prefix)
            except TopicFault as fault:
                raise NotReady(str(fault)) from fault
            verified = True

    async def feeds() -> None:
        problems = [f"{name}: {each.condition.problem}" for name, each in parts.feeds.items() if each.condition.problem]
        if problems:
            raise NotReady("; ".join(problems))

    for name, check in (("database", database), ("migrations", migrations), ("topics", topics), ("feeds", feeds)):
        health.add(name, check)
