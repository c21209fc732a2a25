"""What every event of the contract is made of."""

from datetime import date
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

REGISTERED: Final[dict[str, type["DomainEvent"]]] = {}
"""Every event class of the contract by its type, in the order of declaration."""


def _refuse_unstorable(text: str) -> str:
    """PostgreSQL stores neither NUL nor lone surrogates, though JSON parsers let them pass."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("text must not contain NUL or lone surrogates")
    return text


SafeText = Annotated[str, AfterValidator(_refuse_unstorable)]
"""Text that every part of the system can store: no NUL, no lone surrogate."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""An opaque id: it travels in keys, addresses and logs, so it is short, plain ASCII and says nothing of a person."""

PersonId = Identifier
CompanyId = Identifier
OrgUnitId = Identifier
Title = Annotated[SafeText, StringConstraints(min_length=1, max_length=200)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""


class FrozenModel(BaseModel):
    """A value inside an event. Readers ignore fields they do not know, and never accept a wrong type."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


class DomainEvent(FrozenModel):
    """A frozen fact in the past tense; `type` names its meaning and version for ever."""

    type: ClassVar[str]

    def __init_subclass__(cls, *, type: str | None = None, **kwargs: Any) -> None:  # noqa: A002 - the envelope's word
        super().__init_subclass__(**kwargs)
        if type is None:
            return
        if type in REGISTERED:
            raise TypeError(f"{type} is declared twice")
        cls.type = type
        REGISTERED[type] = cls

    @property
    def business_date(self) -> date | None:
        """The first day of the new state, where the event names one; else its envelope's time decides."""
        return self.__dict__.get("effective_date")


class Digested(DomainEvent):
    """A service's watermark: what it recorded on a Japanese day, also on a day without anything.

    `digest` is the SHA-256 over the ids of those events, sorted, one a line; who holds the same ids has lost none.
    """

    day: date
    count: Annotated[int, Field(ge=0)]
    digest: Sha256
