"""Real servers for every test that asks for them."""

from shared.testing.stack import (
    database,
    make_database,
    migration,
    parts,
    stack_session,
    templates,
    topic_prefix,
)

__all__ = ["database", "make_database", "migration", "parts", "stack_session", "templates", "topic_prefix"]
