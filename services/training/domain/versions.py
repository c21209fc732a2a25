"""What is published in versions, courses and documents alike: each is the one after the last. Pure."""

from typing import TypeVar

from shared.decider import Rejected
from shared.events.training import CoursePublished, RuleDocumentPublished

V = TypeVar("V", CoursePublished, RuleDocumentPublished)


def publish(told: V, latest: V | None) -> list[V]:
    """The latest version once more changes nothing. Raises Rejected for any other version than the next."""
    if told == latest:
        return []
    following = latest.version + 1 if latest else 1
    if told.version != following:
        raise Rejected(f"the version to publish is {following}, not {told.version}", "version-not-next")
    return [told]
