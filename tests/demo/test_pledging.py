from datetime import date

from daicho.demo.script.group import make_group
from daicho.demo.script.loading import taken_on
from daicho.demo.script.moments import DUE, EXTENDED, OPENS, WHOLE, YEAR
from daicho.demo.script.news import Told
from daicho.demo.script.people import standing, told_by_person
from daicho.demo.script.planted import LEFT, LEFT_TOLD
from daicho.demo.script.pledging import Pledging, due, expected, plan_pledging
from daicho.demo.script.year import make_script
from shared.events.hr import EmployeeLeaveEnded, EmployeeLeaveStarted, EmployeeLeft, HrEvent
from shared.law.calendar import ONE_DAY

GROUP = make_group(2017, "small")
MEMBER = next(each for each in GROUP.members if each.company_id == "C02")
INDIAN = next(each for each in GROUP.members if each.country == "IN")
AMERICAN = next(each for each in GROUP.members if each.country == "US")
LOADED = WHOLE.on(date(2016, 3, 10))
JUNE = WHOLE.on(date(2016, 6, 10))


def lives(*told: Told) -> dict[str, list[Told]]:
    return told_by_person([Told(taken_on(each), LOADED) for each in (MEMBER, INDIAN, AMERICAN)] + list(told))


def at(event: HrEvent) -> Told:
    return Told(event, LOADED)


def statuses(day: date, *told: Told, signed: bool = False) -> dict[str, str]:
    """How each person counts at the end of a day."""
    pledging = Pledging({}, {MEMBER.person_id: JUNE} if signed else {})
    count = expected(GROUP, lives(*told), pledging, day)
    return {person: name for name in ("good", "bad", "open", "excused") for person in getattr(count, name)}


def test_before_the_campaign_opens_nobody_has_a_duty() -> None:
    assert statuses(OPENS - ONE_DAY) == {}


def test_an_unsigned_pledge_is_open_on_the_due_day_and_bad_on_the_day_after() -> None:
    assert statuses(DUE)[MEMBER.person_id] == "open"
    assert statuses(DUE + ONE_DAY)[MEMBER.person_id] == "bad"


def test_a_signature_counts_from_its_own_day_to_the_end_of_the_year() -> None:
    assert statuses(JUNE.day - ONE_DAY, signed=True)[MEMBER.person_id] == "bad"
    assert statuses(JUNE.day, signed=True)[MEMBER.person_id] == "good"
    assert statuses(YEAR.end, signed=True)[MEMBER.person_id] == "good"
    assert statuses(YEAR.end + ONE_DAY, signed=True) == {}


def test_a_further_country_pledges_from_its_day_with_thirty_days_of_grace() -> None:
    assert INDIAN.person_id not in statuses(EXTENDED - ONE_DAY)
    assert statuses(date(2016, 10, 31))[INDIAN.person_id] == "open"
    assert statuses(date(2016, 11, 1))[INDIAN.person_id] == "bad"


def test_other_countries_do_not_pledge() -> None:
    assert AMERICAN.person_id not in statuses(DUE)


def test_who_is_on_leave_is_excused_and_has_thirty_days_when_he_is_back() -> None:
    away = at(EmployeeLeaveStarted(person_id=MEMBER.person_id, start=date(2016, 5, 1)))
    back = at(EmployeeLeaveEnded(person_id=MEMBER.person_id, end=date(2016, 8, 1)))
    assert statuses(date(2016, 7, 31), away, back)[MEMBER.person_id] == "excused"
    assert statuses(date(2016, 8, 31), away, back)[MEMBER.person_id] == "open"
    assert statuses(date(2016, 9, 1), away, back)[MEMBER.person_id] == "bad"


def test_what_was_not_yet_known_did_not_count() -> None:
    left = Told(EmployeeLeft(person_id=MEMBER.person_id, effective_date=LEFT), WHOLE.on(LEFT_TOLD))
    life = lives(left)[MEMBER.person_id]
    assert not standing(life, LEFT).in_post
    assert standing(life, LEFT, WHOLE.on(date(2016, 11, 30)).at).in_post


def test_no_duty_falls_due_after_the_year() -> None:
    assert due(GROUP, standing(lives()[MEMBER.person_id], DUE)) == DUE


def test_people_who_never_sign_stay_unsigned() -> None:
    planned = plan_pledging(GROUP, lives(), frozenset({MEMBER.person_id}))
    assert MEMBER.person_id in planned.asked
    assert MEMBER.person_id not in planned.signed


def test_the_late_leaving_makes_the_difference_between_then_and_now() -> None:
    script, day = make_script(2017, "small"), date(2016, 10, 31)
    then = script.expected(day, known=WHOLE.on(date(2016, 11, 30)).at)
    now = script.expected(day)
    assert then.bad - now.bad == {script.planted.late_leaver}
    assert then.num == now.num
