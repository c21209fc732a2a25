from datetime import date, timedelta
from itertools import permutations

import pytest
from msgspec.structs import replace

from services.training.domain.pledge import Requested
from services.training.domain.pledge_commands import RequestPledge
from services.training.duties.pledges import pledge_duties, pledge_of
from services.training.tests.story import (
    CAMPAIGN,
    GROUP,
    LONG_AGO,
    Year,
    assigned,
    back,
    company,
    company_left,
    hired,
    known,
    left,
    look_at,
    on_leave,
    released,
    transferred,
)
from services.training.tests.words import SIGN
from shared.events.base import DomainEvent
from shared.events.hr import ConcurrentPostEnded, PersonDataCorrected, PersonKind, TransferKind

OPENING, MAY, JULY, OCTOBER = date(2016, 4, 1), date(2016, 5, 10), date(2016, 7, 1), date(2016, 10, 1)
LAST_DAY = date(2017, 3, 31)
SECOND_TEXT = replace(
    CAMPAIGN, campaign_id="PLEDGE-FY2017-B", template_version=2, opens_on=JULY, due_date=date(2016, 7, 31)
)


def requests(*told: DomainEvent, today: date) -> list[RequestPledge]:
    """What P1 is asked for on a day, and nothing else."""
    now = known(*GROUP, *told)
    commands = pledge_duties(look_at(now, today), now.campaigns)
    return [command for command in commands if isinstance(command, RequestPledge)]


def due_of(year: Year) -> date:
    pledge = year.pledge()
    assert isinstance(pledge, Requested)
    return pledge.due_date


def sign(year: Year) -> None:
    year.give(SIGN.model_copy(update={"pledge_id": pledge_of("P1", CAMPAIGN)}))


# --- hired ------------------------------------------------------------------------------------------------------------


def test_who_is_in_post_when_the_campaign_opens_is_asked_by_its_due_date() -> None:
    (request,) = requests(hired(LONG_AGO), today=OPENING)
    assert (request.person_id, request.company_id, request.org_unit_id) == ("P1", "C01", "C01-D07")
    assert (request.period_start, request.period_end, request.due_date) == (OPENING, LAST_DAY, date(2016, 4, 30))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2016, 3, 31), date(2016, 4, 30)),
        (date(2016, 4, 1), date(2016, 4, 30)),
        (date(2016, 4, 2), date(2016, 5, 2)),
        (date(2016, 10, 1), date(2016, 10, 31)),
        (date(2017, 3, 1), date(2017, 3, 31)),
        (date(2017, 3, 2), date(2017, 3, 31)),
        (date(2017, 3, 31), date(2017, 3, 31)),
    ],
)
def test_who_is_hired_later_has_thirty_days_but_not_beyond_the_period(day: date, due: date) -> None:
    (request,) = requests(hired(day), today=max(day, OPENING))
    assert request.due_date == due


def test_thirty_days_are_never_less_than_what_the_others_have() -> None:
    now = known(*GROUP, hired(date(2016, 4, 10)), campaigns=[replace(CAMPAIGN, due_date=date(2016, 6, 30))])
    commands = pledge_duties(look_at(now, MAY), now.campaigns)
    assert [each.due_date for each in commands if isinstance(each, RequestPledge)] == [date(2016, 6, 30)]


def test_a_hire_that_is_told_late_is_due_thirty_days_after_the_first_day() -> None:
    (request,) = requests(hired(date(2016, 5, 1)), today=date(2016, 8, 1))
    assert request.due_date == date(2016, 5, 31)


def test_a_hire_that_is_told_late_may_be_overdue_at_once() -> None:
    year = Year().by(date(2016, 7, 31)).tell(hired(date(2016, 5, 1)))
    assert year.by(date(2016, 8, 1)).state() == "overdue"


def test_a_hire_that_is_told_ahead_is_asked_on_the_first_day_and_not_before() -> None:
    year = Year().tell(hired(date(2016, 6, 1)))
    assert year.by(date(2016, 5, 31)).state() == "unrequested"
    assert year.by(date(2016, 6, 1)).state() == "requested"


def test_nobody_is_asked_before_the_campaign_is_open() -> None:
    now = known(*GROUP, hired(LONG_AGO), campaigns=[replace(CAMPAIGN, open=False)])
    assert pledge_duties(look_at(now, MAY), now.campaigns) == []


def test_somebody_nobody_has_told_of_owes_nothing() -> None:
    assert requests(today=MAY) == []


def test_on_the_last_day_of_the_period_one_is_still_asked_and_on_the_next_no_longer() -> None:
    assert requests(hired(LONG_AGO), today=LAST_DAY)
    assert not requests(hired(LONG_AGO), today=LAST_DAY + timedelta(days=1))


@pytest.mark.parametrize("kind", list(PersonKind))
def test_employees_executives_and_dispatched_workers_are_asked_as_what_they_are(kind: PersonKind) -> None:
    (request,) = requests(hired(LONG_AGO, kind=kind), today=MAY)
    assert request.person_kind is kind


def test_who_does_not_sign_is_overdue_on_the_day_after_the_due_date() -> None:
    year = Year().tell(hired(LONG_AGO))
    assert year.by(date(2016, 4, 30)).state() == "requested"
    assert year.by(date(2016, 5, 1)).state() == "overdue"


def test_who_never_signs_lapses_with_the_period() -> None:
    year = Year().tell(hired(LONG_AGO))
    assert year.by(LAST_DAY).state() == "overdue"
    assert year.by(LAST_DAY + timedelta(days=1)).state() == "lapsed"


def test_who_signed_is_left_alone_for_the_whole_year() -> None:
    year = Year().tell(hired(LONG_AGO), transferred(JULY, "C02-D07"), left(OCTOBER)).by(OPENING)
    sign(year)
    assert year.by(LAST_DAY + timedelta(days=1)).state() == "signed"


# --- transferred ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["C01-D08", "C02-D07"])
def test_a_transfer_at_home_changes_nothing_of_the_request(to: str) -> None:
    year = Year().tell(hired(LONG_AGO), transferred(date(2016, 4, 20), to)).by(date(2016, 4, 29))
    assert (year.state(), due_of(year)) == ("requested", date(2016, 4, 30))


def test_a_transfer_to_a_country_that_is_no_target_withdraws_the_request() -> None:
    year = Year().tell(hired(LONG_AGO), transferred(date(2016, 4, 20), "C04-D07"))
    assert year.by(date(2016, 4, 19)).state() == "requested"
    assert year.by(date(2016, 4, 20)).state() == "withdrawn"


def test_a_transfer_to_a_target_country_changes_nothing_of_the_request() -> None:
    year = Year(target_since={"SG": OPENING}).tell(hired(LONG_AGO), transferred(date(2016, 4, 20), "C03-D07"))
    year.by(date(2016, 4, 29))
    assert (year.state(), due_of(year)) == ("requested", date(2016, 4, 30))


def test_who_comes_home_is_asked_with_thirty_days() -> None:
    year = Year().tell(hired(LONG_AGO, "C04-D07"), transferred(JULY, "C01-D07"))
    assert year.by(date(2016, 6, 30)).state() == "unrequested"
    year.by(JULY)
    assert (year.state(), due_of(year)) == ("requested", date(2016, 7, 31))


def test_who_goes_abroad_and_comes_home_is_asked_again() -> None:
    year = Year().tell(hired(LONG_AGO), transferred(date(2016, 4, 20), "C04-D07"), transferred(JULY, "C01-D08"))
    year.by(JULY)
    assert (year.state(), due_of(year)) == ("requested", date(2016, 7, 31))


def test_a_country_that_becomes_a_target_is_asked_from_that_day_on() -> None:
    year = Year(target_since={"SG": JULY}).tell(hired(LONG_AGO, "C03-D07"))
    assert year.by(date(2016, 6, 30)).state() == "unrequested"
    year.by(JULY)
    assert (year.state(), due_of(year)) == ("requested", date(2016, 7, 31))


def test_a_transfer_that_is_told_ahead_has_no_effect_before_its_day() -> None:
    (request,) = requests(hired(LONG_AGO), transferred(JULY, "C02-D07"), today=MAY)
    assert (request.company_id, request.org_unit_id) == ("C01", "C01-D07")


def test_a_concurrent_post_abroad_changes_nothing() -> None:
    year = Year().tell(hired(LONG_AGO), transferred(date(2016, 4, 20), "C04-D07", kind=TransferKind.CONCURRENT))
    assert year.by(date(2016, 4, 29)).state() == "requested"


def test_a_concurrent_post_at_home_does_not_bring_somebody_abroad_into_scope() -> None:
    concurrent = transferred(MAY, "C01-D07", kind=TransferKind.CONCURRENT)
    ended = ConcurrentPostEnded(person_id="P1", org_unit_id="C01-D07", effective_date=OCTOBER)
    assert not requests(hired(LONG_AGO, "C04-D07"), concurrent, ended, today=JULY)


def test_a_correction_of_the_first_day_moves_the_due_date_of_who_is_not_asked_yet() -> None:
    corrected = PersonDataCorrected(person_id="P1", corrects_event_id="hr-000010", effective_date=date(2016, 6, 1))
    (request,) = requests(hired(date(2016, 5, 1)), corrected, today=JULY)
    assert request.due_date == date(2016, 7, 1)


# --- leave ------------------------------------------------------------------------------------------------------------


def test_leave_suspends_and_nobody_on_leave_is_overdue() -> None:
    year = Year().tell(hired(LONG_AGO), on_leave(date(2016, 4, 15)))
    assert year.by(date(2016, 4, 14)).state() == "requested"
    assert year.by(date(2016, 4, 15)).state() == "suspended"
    assert year.by(date(2016, 9, 1)).state() == "suspended"


def test_back_from_leave_one_has_thirty_days() -> None:
    year = Year().tell(hired(LONG_AGO), on_leave(date(2016, 4, 15)), back(JULY)).by(JULY)
    assert (year.state(), due_of(year)) == ("requested", date(2016, 7, 31))
    assert year.by(date(2016, 7, 31)).state() == "requested"
    assert year.by(date(2016, 8, 1)).state() == "overdue"


def test_a_short_leave_takes_no_day_away() -> None:
    year = Year(campaigns=[replace(CAMPAIGN, due_date=date(2016, 9, 30))])
    year.tell(hired(LONG_AGO), on_leave(date(2016, 4, 15)), back(date(2016, 4, 18))).by(MAY)
    assert due_of(year) == date(2016, 9, 30)


def test_who_was_overdue_before_the_leave_is_not_overdue_after_it() -> None:
    year = Year().tell(hired(LONG_AGO), on_leave(MAY), back(JULY))
    assert year.by(date(2016, 5, 9)).state() == "overdue"
    assert year.by(JULY).state() == "requested"


def test_who_is_on_leave_when_the_campaign_opens_is_asked_and_suspended() -> None:
    year = Year().tell(hired(LONG_AGO), on_leave(date(2016, 2, 1)), back(JULY))
    assert year.by(OPENING).state() == "suspended"
    assert due_of(year.by(JULY)) == date(2016, 7, 31)


def test_who_leaves_from_leave_is_not_asked_any_more() -> None:
    year = Year().tell(hired(LONG_AGO), on_leave(date(2016, 4, 15)), left(JULY))
    assert year.by(JULY).state() == "withdrawn"


def test_who_is_on_leave_to_the_end_lapses() -> None:
    year = Year().tell(hired(LONG_AGO), on_leave(date(2016, 4, 15)))
    assert year.by(LAST_DAY + timedelta(days=1)).state() == "lapsed"


# --- leaving and coming back ------------------------------------------------------------------------------------------


def test_who_leaves_is_not_asked_any_more() -> None:
    year = Year().tell(hired(LONG_AGO), left(date(2016, 4, 20)))
    assert year.by(date(2016, 4, 19)).state() == "requested"
    assert year.by(date(2016, 4, 20)).state() == "withdrawn"


def test_who_is_hired_again_is_asked_again_with_thirty_days() -> None:
    year = Year().tell(hired(LONG_AGO), left(date(2016, 4, 20)), hired(JULY, "C02-D07")).by(JULY)
    assert (year.state(), due_of(year)) == ("requested", date(2016, 7, 31))
    assert year.by(date(2016, 8, 1)).state() == "overdue"


def test_who_is_hired_again_on_the_day_of_leaving_was_never_away() -> None:
    day = date(2016, 4, 20)
    year = Year().tell(hired(LONG_AGO), left(day), hired(day)).by(day)
    assert (year.state(), due_of(year)) == ("requested", date(2016, 4, 30))


def test_who_signed_left_and_came_back_in_the_year_stays_signed() -> None:
    year = Year().tell(hired(LONG_AGO), left(JULY), hired(OCTOBER)).by(OPENING)
    sign(year)
    assert year.by(OCTOBER).state() == "signed"


# --- suppliers --------------------------------------------------------------------------------------------------------


def test_a_suppliers_worker_is_asked_as_one_of_his_contractor() -> None:
    (request,) = requests(assigned(MAY), today=MAY)
    assert (request.person_kind, request.contractor_id) == (PersonKind.SUPPLIER, "K1")
    assert (request.company_id, request.org_unit_id, request.due_date) == (None, "C01-D07", date(2016, 6, 9))


def test_a_suppliers_worker_abroad_is_not_asked() -> None:
    assert not requests(assigned(MAY, "C04-D07"), today=MAY)


def test_a_suppliers_worker_who_is_released_is_not_asked_any_more() -> None:
    year = Year().tell(assigned(MAY), released(date(2016, 5, 20)))
    assert year.by(date(2016, 5, 20)).state() == "withdrawn"


def test_a_suppliers_worker_released_from_one_of_two_units_is_still_asked() -> None:
    year = Year().tell(assigned(MAY), assigned(MAY, "C01-D08"), released(date(2016, 5, 20)))
    assert year.by(date(2016, 5, 20)).state() == "requested"


# --- companies and campaigns ------------------------------------------------------------------------------------------


def test_a_company_that_leaves_the_group_is_not_asked_any_more() -> None:
    year = Year().tell(hired(LONG_AGO), company_left("C01", date(2016, 4, 20)))
    assert year.by(date(2016, 4, 20)).state() == "withdrawn"


def test_a_company_that_joins_later_is_asked_with_thirty_days() -> None:
    year = Year(told=[company("C02", JULY)]).tell(hired(LONG_AGO, "C02-D07"))
    assert year.by(date(2016, 6, 30)).state() == "unrequested"
    year.by(JULY)
    assert (year.state(), due_of(year)) == ("requested", date(2016, 7, 31))


def test_a_second_text_in_a_year_takes_the_place_of_the_first() -> None:
    year = Year().tell(hired(LONG_AGO)).open(SECOND_TEXT)
    assert year.by(date(2016, 6, 30)).state() == "overdue"
    year.by(JULY)
    assert (year.state(), year.state(SECOND_TEXT)) == ("superseded", "requested")


def test_a_second_text_supersedes_also_what_was_signed() -> None:
    year = Year().tell(hired(LONG_AGO)).open(SECOND_TEXT).by(OPENING)
    sign(year)
    year.by(JULY)
    assert (year.state(), year.state(SECOND_TEXT)) == ("superseded", "requested")


def test_two_texts_of_different_templates_stand_beside_each_other() -> None:
    secrets = replace(CAMPAIGN, campaign_id="SECRETS-FY2017", template_id="TRADE-SECRETS")
    year = Year().tell(hired(LONG_AGO)).open(secrets).by(date(2016, 4, 2))
    assert (year.state(), year.state(secrets)) == ("requested", "requested")


def test_a_second_campaign_for_the_same_text_asks_for_no_second_pledge() -> None:
    again = replace(CAMPAIGN, campaign_id="PLEDGE-FY2017-AGAIN", opens_on=JULY, due_date=date(2016, 7, 31))
    year = Year().tell(hired(LONG_AGO)).open(again).by(OPENING)
    sign(year)
    assert year.by(OCTOBER).state() == "signed"


def test_the_next_year_asks_anew() -> None:
    following = replace(
        CAMPAIGN,
        campaign_id="PLEDGE-FY2018",
        fy="FY2018",
        opens_on=date(2017, 4, 1),
        due_date=date(2017, 4, 30),
        period_end=date(2018, 3, 31),
    )
    year = Year().tell(hired(LONG_AGO)).open(following).by(OPENING)
    sign(year)
    year.by(date(2017, 4, 1))
    assert (year.state(), year.state(following)) == ("signed", "requested")


# --- always -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_things_are_told_does_not_matter(order: tuple[int, ...]) -> None:
    facts = [hired(LONG_AGO), transferred(JULY, "C02-D07"), left(OCTOBER)]
    told = [facts[each] for each in order]
    assert requests(*told, today=MAY) == requests(*facts, today=MAY)
    assert requests(*told, today=date(2016, 11, 1)) == []


def test_looking_twice_asks_for_the_same_pledge() -> None:
    first, second = (requests(hired(LONG_AGO), today=day)[0] for day in (OPENING, MAY))
    assert first == second


def test_a_pledge_is_one_per_person_text_version_and_year() -> None:
    others = [
        pledge_of("P2", CAMPAIGN),
        pledge_of("P1", replace(CAMPAIGN, template_id="TRADE-SECRETS")),
        pledge_of("P1", SECOND_TEXT),
        pledge_of("P1", replace(CAMPAIGN, fy="FY2018")),
    ]
    assert len({pledge_of("P1", CAMPAIGN), *others}) == 5
    assert pledge_of("P1", replace(CAMPAIGN, campaign_id="OTHER")) == pledge_of("P1", CAMPAIGN)
