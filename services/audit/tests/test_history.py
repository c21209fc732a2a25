"""The history of a subject: each event once, on the first day of what it brings, as far as it was known."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.audit.domain.history import Told, as_known_at, history_of
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.hr import EmployeeLeft, PersonKind
from shared.events.training import (
    PledgeCampaignOpened,
    PledgeLapsed,
    PledgeSigned,
    PledgeTargetCountrySet,
    SigningMethod,
)

HASH = "a" * 64
MAY = datetime(2016, 5, 10, tzinfo=UTC)
LATE_IN_JUNE = datetime(2016, 6, 1, 15, 30, tzinfo=UTC)
"""Half past midnight in Japan, on the second."""
SIGNED = PledgeSigned(
    pledge_id="L1",
    person_id="P1",
    person_kind=PersonKind.EMPLOYEE,
    company_id="C01",
    org_unit_id="C01-D07",
    template_id="BASIC-RULES",
    template_version=1,
    template_hash=HASH,
    language="ja",
    period_start=date(2016, 4, 1),
    period_end=date(2017, 3, 31),
    consent_text_hash=HASH,
    signed_at=LATE_IN_JUNE,
    method=SigningMethod.SSO,
    pages_viewed=4,
    page_count=4,
)
OPENED = PledgeCampaignOpened(
    campaign_id="PLEDGE-FY2017",
    fy="FY2017",
    template_id="BASIC-RULES",
    template_version=1,
    template_hash=HASH,
    opens_on=date(2016, 4, 1),
    due_date=date(2016, 4, 30),
    period_end=date(2017, 3, 31),
)
LAPSED = PledgeLapsed(pledge_id="L1", person_id="P1")


def told(event: DomainEvent, name: str = "E1", known_at: datetime = MAY, version: int = 1) -> Told:
    return Told(Recorded(name, "/training", "pledge/L1", version, MAY, MAY, event), known_at)


@pytest.mark.parametrize(
    ("event", "day"),
    [
        (SIGNED, date(2016, 6, 2)),
        (PledgeTargetCountrySet(fy="FY2017", country="SG", from_date=date(2016, 8, 1)), date(2016, 8, 1)),
        (OPENED, date(2016, 4, 1)),
        (EmployeeLeft(person_id="P1", effective_date=date(2016, 7, 1)), date(2016, 7, 1)),
        (LAPSED, date(2016, 5, 10)),
    ],
)
def test_an_event_belongs_to_the_first_day_of_what_it_brings(event: DomainEvent, day: date) -> None:
    assert told(event).day == day


def test_a_history_has_each_event_once_as_it_was_known_first_in_the_order_of_days_and_versions() -> None:
    second, third = told(LAPSED, "E2", version=2), told(LAPSED, "E3", version=3)
    first_known, signed = told(LAPSED, "E3", MAY - timedelta(days=1), version=3), told(SIGNED)
    assert history_of([signed, third, second, first_known, second]) == (second, first_known, signed)


def test_what_was_told_at_the_very_instant_was_known_then() -> None:
    history = history_of([told(LAPSED), told(SIGNED, "E2", MAY + timedelta(seconds=1))])
    assert as_known_at(history, MAY) == history[:1]
