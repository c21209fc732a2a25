"""What a record is about: the subject in whose history it belongs, read from its bytes and nothing else.

People (`person/<id>`) are judged. Companies, units, target countries and the pledge campaigns surround them: a change
there is a change for everybody who asked.
"""

from typing import Final

import msgspec

from shared.events.topics import HR, TRAINING, Topic

TOPICS: Final[tuple[Topic, ...]] = (HR, TRAINING)
"""Where everything stands that a rule reads."""
CAMPAIGNS: Final = "pledge-campaigns"
"""One history of all campaigns: which text was in force when."""
SURROUNDINGS: Final = ("company/", "unit/", "pledge-country/", CAMPAIGNS)
_HR_STREAMS: Final = ("person/", "company/", "unit/")
_ABOUT_A_PERSON: Final = frozenset(
    {"training.PledgeRequested.v1", "training.PledgeResumed.v1", "training.PledgeSigned.v1"}
)


class _Data(msgspec.Struct):
    person_id: str | None = None
    country: str | None = None


class _Peek(msgspec.Struct):
    type: str
    subject: str
    data: _Data


_decoder: Final = msgspec.json.Decoder(_Peek)


def subject_of(key: bytes | None, value: bytes | None) -> str | None:
    """The history a record belongs to; None for what no rule reads, and for what can not be read."""
    try:
        peek = _decoder.decode(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _subject(peek) if key == peek.subject.encode(errors="replace") else None


def _subject(peek: _Peek) -> str | None:
    if peek.type.startswith("hr."):
        return peek.subject if peek.subject.startswith(_HR_STREAMS) else None
    if peek.type in _ABOUT_A_PERSON:
        return f"person/{peek.data.person_id}"
    if peek.type == "training.PledgeCampaignOpened.v1":
        return CAMPAIGNS
    if peek.type == "training.PledgeTargetCountrySet.v1":
        return pledge_country(str(peek.data.country))
    return None


def pledge_country(country: str) -> str:
    return f"pledge-country/{country}"


def surrounds(subject: str) -> bool:
    """Whether others ask about it while they are judged."""
    return subject.startswith(SURROUNDINGS)
