from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import msgspec
import pytest

from services.training.domain.pledge_commands import RequestPledge, ResumePledge, SuspendPledge, WithdrawPledge
from services.training.known import SHARDS, Known, LookAtEverybody, LookAtPerson, shard_of
from services.training.reactions import perform, react
from services.training.tests.story import (
    CAMPAIGN,
    GROUP,
    LONG_AGO,
    assigned,
    company,
    company_left,
    hired,
    known,
    left,
    on_leave,
    recorded,
    transferred,
    unit,
)
from services.training.tests.words import OPENED, PLANNED, REQUESTED, SIGNED
from shared.decider import Command, Timer
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.hr import (
    CompanyMerged,
    HrSnapshotPublished,
    OrgUnitMoved,
    Role,
    RoleAppointed,
)
from shared.events.training import PledgeTargetCountrySet
from shared.runtime.reacting.reactions import Step

TODAY: Final = date(2016, 5, 10)
LATER: Final = date(2016, 7, 1)
LATER_MORNING: Final = datetime(2016, 6, 30, 15, 0, tzinfo=UTC)
"""00:00 on LATER in Japan."""


def because(event: DomainEvent, now: Known, today: date = TODAY) -> list[Step]:
    return list(react(recorded(event), now, today))


def kinds(steps: list[Step]) -> list[type[Command]]:
    return [type(step) for step in steps if isinstance(step, Command)]


def looks(steps: list[Step]) -> list[tuple[datetime, str]]:
    return [
        (step.at, step.command.person_id)
        for step in steps
        if isinstance(step, Timer) and isinstance(step.command, LookAtPerson)
    ]


# --- people (P6, P8) --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([hired(LONG_AGO)], [RequestPledge, ResumePledge]),
        ([hired(LONG_AGO), transferred(TODAY, "C02-D07")], [RequestPledge, ResumePledge]),
        ([hired(LONG_AGO), on_leave(TODAY)], [RequestPledge, SuspendPledge]),
        ([hired(LONG_AGO), left(TODAY)], [WithdrawPledge]),
        ([assigned(TODAY)], [RequestPledge, ResumePledge]),
    ],
)
def test_whatever_happens_to_a_person_he_is_looked_at(events: list[DomainEvent], expected: list[type[Command]]) -> None:
    steps = because(events[-1], known(*GROUP, *events))
    assert (kinds(steps), looks(steps)) == (expected, [])


def test_what_lies_ahead_is_looked_at_when_its_day_begins_in_japan() -> None:
    ahead = transferred(LATER, "C04-D07")
    steps = because(ahead, known(*GROUP, hired(LONG_AGO), ahead))
    assert (kinds(steps), looks(steps)) == ([RequestPledge, ResumePledge], [(LATER_MORNING, "P1")])


def test_when_the_day_has_come_the_person_is_looked_at() -> None:
    now = known(*GROUP, hired(LONG_AGO), transferred(LATER, "C04-D07"))
    assert kinds(list(perform(LookAtPerson(person_id="P1", on=LATER), now, LATER))) == [WithdrawPledge]


def test_setting_the_same_look_twice_is_one_timer() -> None:
    ahead = transferred(LATER, "C04-D07")
    now = known(*GROUP, hired(LONG_AGO), ahead)
    ids = {step.id for _ in range(2) for step in because(ahead, now) if isinstance(step, Timer)}
    assert ids == {"task/person/P1#2016-07-01#LookAtPerson"}


def test_an_appointment_asks_nobody_else() -> None:
    appointed = RoleAppointed(person_id="P1", role=Role.PROMOTER, effective_date=TODAY)
    (request, _) = because(appointed, known(*GROUP, hired(LONG_AGO), hired(LONG_AGO, person="P2"), appointed))
    assert isinstance(request, RequestPledge)
    assert request.person_id == "P1"


# --- units of suppliers' workers --------------------------------------------------------------------------------------


def hosting(now: Known) -> Known:
    return replace(now, hosted={"C01-D09": ("P1",)})


def test_a_suppliers_worker_is_asked_when_his_unit_becomes_known_after_him() -> None:
    worker = assigned(TODAY, "C01-D09")
    assert kinds(because(worker, known(*GROUP, worker))) == [WithdrawPledge]
    now = hosting(known(*GROUP, worker, unit("C01-D09")))
    assert kinds(because(unit("C01-D09"), now)) == [RequestPledge, ResumePledge]


def test_a_suppliers_worker_is_looked_at_when_his_unit_moves_to_another_company() -> None:
    moved = OrgUnitMoved(org_unit_id="C01-D09", company_id="C04", effective_date=LATER)
    now = hosting(known(*GROUP, unit("C01-D09"), assigned(TODAY, "C01-D09"), moved))
    steps = because(moved, now)
    assert (kinds(steps), looks(steps)) == ([RequestPledge, ResumePledge], [(LATER_MORNING, "P1")])
    assert kinds(list(perform(LookAtPerson(person_id="P1", on=LATER), now, LATER))) == [WithdrawPledge]


def test_a_unit_without_suppliers_workers_moves_nobody() -> None:
    assert because(unit("C01-D09"), known(*GROUP, hired(LONG_AGO, "C01-D09"), unit("C01-D09"))) == []


# --- everybody (P9, P10, F19) -----------------------------------------------------------------------------------------


def instants(steps: list[Step]) -> set[datetime]:
    assert [step.command for step in steps if isinstance(step, Timer)] == [LookAtEverybody(shard=it) for it in SHARDS]
    return {step.at for step in steps if isinstance(step, Timer)}


def told_by_us(event: DomainEvent, time: datetime) -> Recorded:
    return Recorded("e1", "/training", "pledge-campaign/PLEDGE-FY2017", 1, time, time, event)


def test_an_open_campaign_looks_at_everybody_at_once() -> None:
    opening = datetime(2016, 3, 31, 15, 5, tzinfo=UTC)
    assert instants(list(react(told_by_us(OPENED, opening), known(*GROUP), TODAY))) == {opening}


@pytest.mark.parametrize(("day", "at"), [(LATER, LATER_MORNING), (date(2016, 4, 1), datetime(2016, 5, 10, tzinfo=UTC))])
def test_a_target_country_looks_at_everybody_on_its_first_day_or_at_once(day: date, at: datetime) -> None:
    told = PledgeTargetCountrySet(fy="FY2017", country="SG", from_date=day)
    steps = react(told_by_us(told, datetime(2016, 5, 10, tzinfo=UTC)), known(*GROUP), TODAY)
    assert instants(list(steps)) == {at}


@pytest.mark.parametrize(
    "event",
    [
        company("C02", LATER),
        company_left("C02", LATER),
        CompanyMerged(company_id="C02", successor_id="C01", effective_date=LATER),
    ],
)
def test_a_company_that_comes_or_goes_ahead_looks_at_everybody_on_that_day(event: DomainEvent) -> None:
    assert instants(because(event, known(*GROUP))) == {LATER_MORNING}


def test_a_company_told_ahead_that_reaches_us_late_looks_at_everybody_as_of_its_first_day() -> None:
    assert instants(because(company("C02", LATER), known(*GROUP), today=date(2016, 9, 1))) == {LATER_MORNING}


def test_a_person_hired_after_a_late_opening_is_looked_at_on_his_first_day() -> None:
    now = known(*GROUP, hired(TODAY))
    steps = list(perform(LookAtEverybody(shard=shard_of("P1")), now, date(2016, 4, 1)))
    assert looks(steps) == [(datetime(2016, 5, 9, 15, 0, tzinfo=UTC), "P1")]


def test_a_company_that_came_long_ago_looks_at_everybody_when_it_is_told() -> None:
    assert instants(because(company("C02"), known(*GROUP))) == {recorded(company("C02")).recorded_at}


def test_two_things_that_concern_everybody_are_two_sets_of_timers() -> None:
    first, second = (
        react(recorded(company("C02"), 1), known(), TODAY),
        react(recorded(company("C03"), 2), known(), TODAY),
    )
    assert len({step.id for step in (*first, *second) if isinstance(step, Timer)}) == 2 * len(SHARDS)


def test_everybody_is_in_exactly_one_shard() -> None:
    people = [f"P{number}" for number in range(50)]
    now = known(*GROUP, *(hired(LONG_AGO, person=person) for person in people))
    steps = [step for shard in SHARDS for step in perform(LookAtEverybody(shard=shard), now, TODAY)]
    assert sorted(step.person_id for step in steps if isinstance(step, RequestPledge)) == sorted(people)
    assert len({shard_of(person) for person in people}) > 10


def test_a_campaign_that_is_only_planned_looks_at_nobody() -> None:
    assert list(react(told_by_us(PLANNED, LATER_MORNING), known(*GROUP), TODAY)) == []


@pytest.mark.parametrize("event", [REQUESTED, SIGNED])
def test_a_pledge_causes_nothing(event: DomainEvent) -> None:
    assert list(react(told_by_us(event, LATER_MORNING), known(*GROUP, hired(LONG_AGO)), TODAY)) == []


def test_a_snapshot_causes_nothing() -> None:
    snapshot = HrSnapshotPublished(as_of=TODAY, count=1, hash="a" * 64)
    told = Recorded("s1", "/hr", "company/C01", None, LATER_MORNING, LATER_MORNING, snapshot)
    assert list(react(told, known(*GROUP, hired(LONG_AGO)), TODAY)) == []


def test_the_campaign_that_is_asked_for_is_the_one_that_is_open() -> None:
    planned = msgspec.structs.replace(CAMPAIGN, campaign_id="PLANNED", template_version=2, open=False)
    (request, _) = because(hired(LONG_AGO), known(*GROUP, hired(LONG_AGO), campaigns=[CAMPAIGN, planned]))
    assert isinstance(request, RequestPledge)
    assert request.campaign_id == CAMPAIGN.campaign_id
