"""The shared parts, for the tests that only use them; those that kill a server start their own."""

from shared.testing.stack import database, make_database, migration, parts, stack_session, templates, topic_prefix

__all__ = ["database", "make_database", "migration", "parts", "stack_session", "templates", "topic_prefix"]
