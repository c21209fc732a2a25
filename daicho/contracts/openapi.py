"""A service's OpenAPI document, from its routes alone: no database, no Kafka, no settings."""

from importlib import import_module
from typing import Any

from shared.runtime.application import describe as application_of


def describe(service: str) -> dict[str, Any]:
    """Not the same object twice: the caller may change it."""
    return application_of(import_module(f"services.{service}.app").SERVICE).openapi()
