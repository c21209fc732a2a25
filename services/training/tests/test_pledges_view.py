from datetime import UTC, datetime
from typing import Final

import pytest

from services.training.api.pledges import _of_row, _pledge
from services.training.domain.pledge import PLEDGE
from services.training.tests.words import (
    DECLINED,
    DUE,
    LAPSED,
    LATER_DUE,
    NOON,
    OVERDUE,
    REQUESTED,
    RESUMED,
    SIGNED,
    SUPERSEDED,
    SUSPENDED,
    WITHDRAWN,
)
from services.training.views.pledges import PledgeRow, key, project
from shared.events.codec import Recorded
from shared.events.training import PledgeTold

ELSEWHERE: Final = SIGNED.model_copy(update={"company_id": "C02", "org_unit_id": "C02-D01"})
HISTORIES: Final = [
    (REQUESTED,),
    (REQUESTED, OVERDUE),
    (REQUESTED, SUSPENDED),
    (REQUESTED, OVERDUE, SUSPENDED, RESUMED),
    (REQUESTED, SIGNED),
    (REQUESTED, SUSPENDED, RESUMED, ELSEWHERE),
    (REQUESTED, ELSEWHERE, SUPERSEDED),
    (REQUESTED, DECLINED),
    (REQUESTED, SUSPENDED, RESUMED, LAPSED),
    (REQUESTED, WITHDRAWN),
    (REQUESTED, WITHDRAWN, REQUESTED),
]


def told(event: PledgeTold, version: int) -> Recorded:
    at = datetime(2016, 4, 1, tzinfo=UTC)
    return Recorded(f"e{version}", "/training", "pledge/L1", version, at, at, event)


def row_after(*events: PledgeTold) -> PledgeRow:
    row: PledgeRow | None = None
    for version, event in enumerate(events, 1):
        row = project(row, told(event, version))
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("events", "state"),
    list(
        zip(
            HISTORIES,
            [
                "requested", "overdue", "suspended", "requested", "signed", "signed", "superseded", "declined",
                "lapsed", "withdrawn", "requested",
            ],
            strict=True,
        )
    ),
)  # fmt: skip
def test_a_row_shows_what_became_of_the_pledge(events: tuple[PledgeTold, ...], state: str) -> None:
    row = row_after(*events)
    assert (row.state, row.version) == (state, len(events))


def test_a_signed_row_shows_when_and_where_it_was_signed() -> None:
    row = row_after(REQUESTED, ELSEWHERE)
    assert (row.signed_at, row.company_id, row.org_unit_id) == (NOON, "C02", "C02-D01")


def test_back_from_leave_the_row_shows_the_new_due_date() -> None:
    assert row_after(REQUESTED).due_date == DUE
    assert row_after(REQUESTED, SUSPENDED, RESUMED).due_date == LATER_DUE


@pytest.mark.parametrize("events", HISTORIES)
def test_a_list_shows_of_a_pledge_what_the_pledge_itself_shows(events: tuple[PledgeTold, ...]) -> None:
    pledge = _pledge(PLEDGE.fold(events), len(events))
    row = _of_row(row_after(*events))
    assert row.model_dump(exclude={"signed_at"}) == pledge.model_dump(exclude={"signed_at"})


def test_events_of_other_streams_are_no_business_of_this_view() -> None:
    at = datetime(2016, 4, 1, tzinfo=UTC)
    assert key(Recorded("e1", "/training", "pledge-campaign/X", 1, at, at, REQUESTED)) is None
    assert key(told(REQUESTED, 1)) == "L1"


def test_an_event_without_a_row_makes_none() -> None:
    assert project(None, told(SIGNED, 2)) is None
