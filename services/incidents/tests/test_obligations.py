"""Who must hear by when: the vectors of the law, and what moves a deadline or does not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.incidents.domain.case import Known
from services.incidents.domain.commands import Act, AssessIncident, MarkDeadlineMissed, UpdateAffected, WarnOfDeadline
from services.incidents.domain.duties import deadline
from services.incidents.domain.incident import INCIDENT
from services.incidents.domain.obligations import timers
from services.incidents.tests.words import (
    ASSESS,
    AWARE,
    CLOSE,
    CONFIRM,
    CONTAIN,
    CORRECT,
    DISMISS,
    ID,
    NOTIFY,
    REOPEN,
    REPORT,
    TAKE_OVER,
    TEXT,
    act,
    assessing,
    day,
    deciding,
    filing,
    in_japan,
    persons,
    story,
)
from shared.decider import Timer
from shared.events.incidents import (
    Anchor,
    AuthorityReportFiled,
    Decided,
    Flags,
    IncidentKind,
    IncidentTold,
    ObligationDeadlineApproaching,
    ObligationDeadlineMissed,
    ObligationDeadlineMoved,
    Regime,
    ReportingObligationOpened,
    RightsRisk,
    Stage,
    SubjectsNotified,
    Warned,
)
from shared.testing.givens import Given

HOUSE_REPORTS = (Regime.MINISTRY_PRE2022_PRELIM, Regime.MINISTRY_PRE2022)
APPI = (Regime.APPI26_PRELIM, Regime.APPI26_FINAL, Regime.APPI26_SUBJECTS)
given = Given(INCIDENT)
MAY_30 = date(2025, 5, 30)
FAR = datetime(2030, 1, 1, tzinfo=UTC)


def update(most: int, at: datetime, **more: object) -> UpdateAffected:
    return act(UpdateAffected, at, affected=persons(most), confirmed=True, **more)


def with_flags(flags: dict[str, bool]) -> AssessIncident:
    return ASSESS.model_copy(update={"flags": Flags(**flags)})


def opened(told: list[IncidentTold]) -> dict[Regime, ReportingObligationOpened]:
    return {event.regime: event for event in told if isinstance(event, ReportingObligationOpened)}


def moved(told: list[IncidentTold]) -> dict[Regime, datetime]:
    return {event.regime: event.due_at for event in told if isinstance(event, ObligationDeadlineMoved)}


def missed_at(told: list[IncidentTold]) -> list[datetime]:
    return [event.due_at for event in told if isinstance(event, ObligationDeadlineMissed)]


def filed(told: list[IncidentTold]) -> list[AuthorityReportFiled]:
    return [event for event in told if isinstance(event, AuthorityReportFiled)]


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("aware", "improper", "first_instant_too_late"),
    [
        ("2024-12-02", False, "2025-01-07"),  # day 30 is 31 December; 4 and 5 January are a weekend
        ("2025-05-30", False, "2025-07-01"),  # day 30 is Saturday, 28 June
        ("2025-05-30", True, "2025-07-29"),
        ("2025-04-04", False, "2025-05-08"),  # day 30 is 3 May; Golden Week lasts until Tuesday, 6 May 2025
        ("2025-04-06", False, "2025-05-08"),
        ("2025-04-07", False, "2025-05-08"),
    ],
)
def test_a_final_report_is_due_on_day_30_or_60_or_the_next_open_day(
    aware: str, improper: bool, first_instant_too_late: str
) -> None:
    found = deadline(Regime.APPI26_FINAL, in_japan(aware), date.fromisoformat(aware), improper=improper)
    assert found.due_at == in_japan(first_instant_too_late)
    assert deadline(Regime.MN_FINAL, in_japan(aware), date.fromisoformat(aware), improper=improper) == found


def test_the_privacy_mark_does_not_roll_over_closed_days() -> None:
    found = deadline(Regime.PMARK_FINAL, AWARE, MAY_30, improper=False)
    assert found.due_at == in_japan("2025-06-29")


def test_a_preliminary_report_is_warned_of_on_day_3_and_due_on_day_5_though_both_are_closed() -> None:
    found = deadline(Regime.APPI26_PRELIM, AWARE, MAY_30, improper=False)
    assert (found.soft_due_at, found.due_at) == (in_japan("2025-06-01"), in_japan("2025-06-04"))


def test_the_gdpr_counts_hours_from_the_instant() -> None:
    assert deadline(Regime.GDPR33, AWARE, MAY_30, improper=False).due_at == AWARE + timedelta(hours=72)


def test_the_last_instant_of_the_day_of_awareness_in_japan_is_still_day_1() -> None:
    last = in_japan("2025-05-31") - timedelta(microseconds=1)
    assert deadline(Regime.APPI26_PRELIM, last, MAY_30, improper=False).due_at == in_japan("2025-06-04")


# --- which duties there are -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "flags", "regimes"),
    [
        (1000, {}, ()),
        (1001, {}, APPI),
        (1, {"sensitive": True}, APPI),
        (1, {"property_damage": True}, APPI),
        (1, {"improper_purpose": True}, APPI),
        (5000, {"encrypted": True, "improper_purpose": True}, ()),
        (5000, {"recovered_unseen": True}, ()),
        (100, {"specific_pi": True}, (Regime.MN_VOLUNTARY,)),
        (100, {"specific_pi": True, "encrypted": True}, ()),
        (101, {"specific_pi": True}, (Regime.MN_PRELIM, Regime.MN_FINAL, Regime.MN_SUBJECTS)),
        (1, {"specific_pi": True, "viewable_by_public": True}, (Regime.MN_PRELIM, Regime.MN_FINAL, Regime.MN_SUBJECTS)),
    ],
)
def test_what_must_be_reported_follows_from_the_most_that_may_be_affected(
    most: int, flags: dict[str, bool], regimes: tuple[Regime, ...]
) -> None:
    report = REPORT.model_copy(update={"affected": persons(most)})
    assert tuple(opened(story(report, TAKE_OVER, with_flags(flags)))) == regimes


@pytest.mark.parametrize(
    ("what", "regimes"),
    [
        (IncidentKind.MISUSE, (Regime.MN_PRELIM, Regime.MN_FINAL, Regime.MN_SUBJECTS)),
        (IncidentKind.LEAK, (*APPI, Regime.MN_PRELIM, Regime.MN_FINAL, Regime.MN_SUBJECTS)),
        (IncidentKind.NEAR_MISS, ()),
    ],
)
def test_unlawful_use_is_reportable_only_where_it_is_of_my_numbers(
    what: IncidentKind, regimes: tuple[Regime, ...]
) -> None:
    told = story(
        REPORT.model_copy(update={"what": what}), TAKE_OVER, assessing(specific_pi=True, improper_purpose=True)
    )  # fmt: skip
    assert tuple(opened(told)) == regimes


@pytest.mark.parametrize(
    ("risk", "regimes"),
    [
        (RightsRisk.UNLIKELY, ()),
        (RightsRisk.POSSIBLE, (Regime.GDPR33,)),
        (RightsRisk.HIGH, (Regime.GDPR33, Regime.GDPR34)),
    ],
)
def test_in_europe_the_risk_to_the_persons_decides(risk: RightsRisk, regimes: tuple[Regime, ...]) -> None:
    abroad = assessing(risk=risk).model_copy(update={"jurisdictions": ("DE", "JP")})
    assert tuple(opened(story(REPORT, TAKE_OVER, abroad))) == regimes


@pytest.mark.parametrize(
    ("aware", "regimes"), [("2018-05-24", HOUSE_REPORTS), ("2018-05-25", (*HOUSE_REPORTS, Regime.GDPR33))]
)
def test_europe_is_told_since_its_regulation_is_in_force(aware: str, regimes: tuple[Regime, ...]) -> None:
    assert tuple(opened(of(aware, jurisdictions=("DE",), sensitive=True))) == regimes


def test_of_a_near_miss_nobody_hears() -> None:
    near = REPORT.model_copy(update={"what": IncidentKind.NEAR_MISS})
    everywhere = assessing(sensitive=True, specific_pi=True).model_copy(
        update={"pmark": True, "jurisdictions": ("DE", "JP")}
    )
    assert opened(story(near, TAKE_OVER, everywhere)) == {}


def test_a_company_with_the_privacy_mark_reports_every_accident_and_early_the_grave_ones() -> None:
    marked = {"pmark": True}
    harmless = story(REPORT, TAKE_OVER, ASSESS.model_copy(update=marked))
    grave = story(REPORT, TAKE_OVER, assessing(sensitive=True).model_copy(update=marked))
    assert tuple(opened(harmless)) == (Regime.PMARK_FINAL,)
    assert tuple(opened(grave)) == (*APPI, Regime.PMARK_PRELIM, Regime.PMARK_FINAL)


def test_misused_my_numbers_are_grave_for_the_privacy_mark_too() -> None:
    misused = REPORT.model_copy(update={"what": IncidentKind.MISUSE})
    grave = assessing(specific_pi=True, improper_purpose=True).model_copy(update={"pmark": True})
    assert tuple(opened(story(misused, TAKE_OVER, grave)))[-2:] == (Regime.PMARK_PRELIM, Regime.PMARK_FINAL)


def test_for_the_privacy_mark_a_number_exceeded_later_calls_for_the_early_report_alone() -> None:
    marked = ASSESS.model_copy(update={"pmark": True})
    duties = opened(story(REPORT, TAKE_OVER, marked, CONFIRM, update(1001, day(10))))
    anchors = {regime: (each.anchor, each.anchor_at) for regime, each in duties.items()}
    assert anchors[Regime.PMARK_FINAL] == (Anchor.DISCOVERY, AWARE)
    assert anchors[Regime.PMARK_PRELIM] == (Anchor.CROSSING, day(10))


def test_the_privacy_mark_counts_from_discovery_and_the_law_from_awareness() -> None:
    """Seen on the 28th, told to the first department on the 30th, which it corrects to the 29th."""
    seen = REPORT.model_copy(update={"discovered_at": in_japan("2025-05-28")})
    told = story(seen, TAKE_OVER, assessing(sensitive=True).model_copy(update={"pmark": True}), CORRECT)
    duties = opened(told)
    assert {regime for regime, each in duties.items() if each.anchor is Anchor.DISCOVERY} == {
        Regime.PMARK_PRELIM, Regime.PMARK_FINAL,
    }  # fmt: skip
    assert duties[Regime.PMARK_PRELIM].due_at == in_japan("2025-06-02")
    assert duties[Regime.PMARK_FINAL].due_at == in_japan("2025-06-27")
    assert set(moved(told)) == {Regime.APPI26_PRELIM, Regime.APPI26_FINAL}


def of(
    aware: str, *then: Act, jurisdictions: tuple[str, ...] = ("JP",), pmark: bool = False, **flags: bool
) -> list[IncidentTold]:
    """An incident of another year."""
    at = in_japan(aware)
    report = REPORT.model_copy(update={"aware_at": at, "discovered_at": at, "time": at, "now": at})
    assess = with_flags(flags).model_copy(update={"jurisdictions": jurisdictions, "pmark": pmark})
    return story(report, *(each.model_copy(update={"time": at, "now": at}) for each in (TAKE_OVER, assess, *then)))


@pytest.mark.parametrize(
    ("aware", "regimes"),
    [
        ("2016-03-31", ()),
        ("2016-04-01", HOUSE_REPORTS),
        ("2022-03-31", HOUSE_REPORTS),
        ("2022-04-01", APPI),
    ],
)
def test_an_incident_is_judged_by_the_rules_of_its_day(aware: str, regimes: tuple[Regime, ...]) -> None:
    assert tuple(opened(of(aware, sensitive=True))) == regimes


@pytest.mark.parametrize(("aware", "regimes"), [("2022-03-31", ()), ("2022-04-01", (Regime.PMARK_FINAL,))])
def test_the_privacy_mark_has_its_rules_since_2022(aware: str, regimes: tuple[Regime, ...]) -> None:
    assert tuple(opened(of(aware, pmark=True))) == regimes


@pytest.mark.parametrize(("aware", "regimes"), [("2015-12-31", ()), ("2016-01-01", (Regime.MN_FINAL,))])
def test_my_numbers_are_reported_since_there_are_any(aware: str, regimes: tuple[Regime, ...]) -> None:
    assert tuple(opened(of(aware, specific_pi=True))) == regimes


def test_awareness_corrected_to_a_day_of_older_rules_opens_theirs_and_moves_nothing_of_the_newer() -> None:
    """The newer duties stay until somebody decides on them; their rules know no date for such a day."""
    before = CORRECT.model_copy(update={"aware_at": in_japan("2022-03-31")})
    told = of("2022-04-01", before, sensitive=True)
    assert tuple(opened(told)) == (*APPI, *HOUSE_REPORTS)
    assert moved(told) == {}


def test_the_rule_pack_is_named_and_in_2016_was_the_houses_own() -> None:
    told = opened(of("2016-10-03", improper_purpose=True))
    assert {each.rule_pack for each in told.values()} == {"house-2016"}
    assert [told[regime].due_at for regime in HOUSE_REPORTS] == [in_japan("2016-10-08"), in_japan("2016-12-02")]
    assert {each.rule_pack for each in opened(of("2025-05-30", sensitive=True)).values()} == {"appi-2022"}


def test_before_2022_a_serious_situation_with_my_numbers_has_no_dated_report() -> None:
    told = opened(of("2016-10-03", specific_pi=True, viewable_by_public=True))
    assert {regime: duty.due_at for regime, duty in told.items()} == {Regime.MN_FINAL: None}


# --- crossing ---------------------------------------------------------------------------------------------------------


def test_the_duty_of_a_number_opens_when_the_number_is_exceeded_and_runs_from_then() -> None:
    before = (REPORT, TAKE_OVER, ASSESS, CONFIRM, update(1000, day(5)))
    assert opened(story(*before)) == {}
    duties = opened(story(*before, update(1001, day(10))))
    assert tuple(duties) == APPI
    final = duties[Regime.APPI26_FINAL]
    assert (final.anchor, final.anchor_at) == (Anchor.CROSSING, day(10))
    assert final.due_at == in_japan("2025-07-08")  # day 30 from Sunday, 8 June is Monday, 7 July


def test_a_number_that_was_exceeded_from_the_start_runs_from_awareness() -> None:
    duties = opened(story(REPORT.model_copy(update={"affected": persons(1001)}), TAKE_OVER, ASSESS))
    final = duties[Regime.APPI26_FINAL]
    assert (final.anchor, final.anchor_at) == (Anchor.AWARENESS, AWARE)


def test_a_number_exceeded_by_the_first_news_runs_from_these() -> None:
    final = opened(story(REPORT, TAKE_OVER, ASSESS, update(1001, day(2))))[Regime.APPI26_FINAL]
    assert (final.anchor, final.anchor_at) == (Anchor.CROSSING, day(2))


def test_acknowledging_late_gives_nobody_more_time() -> None:
    late = (TAKE_OVER.model_copy(update={"time": day(4), "now": day(4)}), assessing(day(4, 1), sensitive=True))
    assert opened(story(REPORT, *late))[Regime.APPI26_PRELIM].due_at == in_japan("2025-06-04")


def test_a_lower_number_later_deletes_no_obligation_and_opens_none_twice() -> None:
    told = story(
        REPORT, TAKE_OVER, ASSESS, CONFIRM, update(1001, day(2)), update(10, day(3)), update(2000, day(4)), ASSESS
    )
    assert [type(event).__name__ for event in told].count("ReportingObligationOpened") == 3
    state = INCIDENT.fold(told)
    assert isinstance(state, Known)
    assert len(state.case.awaited) == 3


# --- improper purpose -------------------------------------------------------------------------------------------------

SENSITIVE = (REPORT, TAKE_OVER, assessing(sensitive=True), CONFIRM)
THEFT = assessing(day(20), sensitive=True, improper_purpose=True)


def test_improper_purpose_found_on_day_20_gives_60_days_also_with_other_categories() -> None:
    told = story(*SENSITIVE, THEFT)
    assert opened(told)[Regime.APPI26_FINAL].due_at == in_japan("2025-07-01")
    assert moved(told) == {Regime.APPI26_FINAL: in_japan("2025-07-29")}


def test_found_after_the_final_report_it_moves_nothing() -> None:
    told = story(*SENSITIVE, filing(Regime.APPI26_FINAL, day(15)), THEFT)
    assert moved(told) == {}
    assert [event.on_time for event in filed(told)] == [True]


def test_assessing_again_without_news_moves_nothing() -> None:
    assert moved(story(*SENSITIVE, THEFT, THEFT)) == {Regime.APPI26_FINAL: in_japan("2025-07-29")}
    assert len([each for each in story(*SENSITIVE, THEFT, THEFT) if isinstance(each, ObligationDeadlineMoved)]) == 1


def test_a_deadline_that_was_missed_can_be_missed_again_when_it_was_moved() -> None:
    missed = fired(story(*SENSITIVE), Regime.APPI26_FINAL, FAR)
    late = THEFT.model_copy(update={"time": day(40), "now": day(40)})
    told = fired([*missed, *INCIDENT.decide(late, INCIDENT.fold(missed))], Regime.APPI26_FINAL, FAR)
    assert missed_at(told) == [in_japan("2025-07-01"), in_japan("2025-07-29")]


# --- awareness --------------------------------------------------------------------------------------------------------


def test_a_corrected_awareness_moves_what_is_not_filed_and_leaves_the_verdict_of_what_is() -> None:
    prelim = filing(Regime.APPI26_PRELIM, day(5), Stage.PRELIM)
    later = CORRECT.model_copy(update={"time": day(6), "now": day(6)})
    told = story(*SENSITIVE, prelim, later)
    assert moved(told) == {Regime.APPI26_FINAL: in_japan("2025-06-28")}  # day 30 from 29 May is Friday, 27 June
    assert [(event.on_time, event.due_at) for event in filed(told)] == [(True, in_japan("2025-06-04"))]


# --- filing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "on_time", "late_by"),
    [
        (in_japan("2025-06-04") - timedelta(microseconds=1), True, 0),
        (in_japan("2025-06-04"), False, 0),
        (in_japan("2025-06-04") + timedelta(milliseconds=1), False, 1),
        (in_japan("2025-06-05"), False, 86_400),
    ],
)
def test_in_time_is_strictly_before_the_end_of_the_last_day_in_japan(at: datetime, on_time: bool, late_by: int) -> None:
    (report,) = filed(story(*SENSITIVE, filing(Regime.APPI26_PRELIM, at, Stage.PRELIM)))
    assert (report.on_time, report.late_by) == (on_time, late_by)


def test_one_report_may_serve_as_both_and_each_gets_its_own_verdict() -> None:
    both = filed(story(*SENSITIVE, filing(Regime.APPI26_FINAL, day(10), Stage.BOTH)))
    assert [(each.regime, each.on_time) for each in both] == [
        (Regime.APPI26_FINAL, True), (Regime.APPI26_PRELIM, False)
    ]  # fmt: skip


def test_filing_twice_changes_nothing() -> None:
    final = filing(Regime.APPI26_FINAL, day(10))
    given(*story(*SENSITIVE, final)).when(final).then_nothing()


def test_what_was_missing_is_supplied_later_under_the_same_verdict() -> None:
    final, rest = (
        filing(Regime.APPI26_FINAL, day(10)),
        filing(Regime.APPI26_FINAL, day(50), Stage.SUPPLEMENT),
    )
    assert [(each.stage, each.on_time) for each in filed(story(*SENSITIVE, final, rest))] == [
        (Stage.FINAL, True), (Stage.SUPPLEMENT, True)
    ]  # fmt: skip


def test_what_has_no_deadline_has_no_verdict() -> None:
    numbers = (REPORT.model_copy(update={"affected": persons(50)}), TAKE_OVER, assessing(specific_pi=True), CONFIRM)
    (report,) = filed(story(*numbers, filing(Regime.MN_VOLUNTARY, day(90))))
    assert (report.on_time, report.due_at, report.late_by) == (None, None, 0)


def test_a_report_says_how_many_persons_are_thought_affected_when_it_is_filed() -> None:
    (report,) = filed(story(*SENSITIVE, update(950, day(3)), filing(Regime.APPI26_FINAL, day(10))))
    assert report.affected == persons(950)


def test_a_preliminary_report_is_completed_by_the_final_one_and_not_by_a_supplement() -> None:
    prelim = filing(Regime.APPI26_PRELIM, day(3), Stage.PRELIM)
    rest = filing(Regime.APPI26_PRELIM, day(5), Stage.SUPPLEMENT)
    given(*story(*SENSITIVE, prelim)).when(rest).then_rejected("stage-does-not-fit")


@pytest.mark.parametrize(
    ("regime", "stage"),
    [
        (Regime.APPI26_PRELIM, Stage.FINAL),
        (Regime.APPI26_FINAL, Stage.PRELIM),
        (Regime.APPI26_FINAL, Stage.SUPPLEMENT),
        (Regime.APPI26_SUBJECTS, Stage.FINAL),
    ],
)
def test_a_report_answers_only_what_it_fits(regime: Regime, stage: Stage) -> None:
    given(*story(*SENSITIVE)).when(filing(regime, day(3), stage)).then_rejected("stage-does-not-fit")


def test_an_authority_is_not_told_of_what_is_not_confirmed() -> None:
    given(*story(*SENSITIVE[:-1])).when(filing(Regime.APPI26_FINAL, day(3))).then_rejected("not-confirmed")
    given(*story(*SENSITIVE[:-1])).when(NOTIFY).then_rejected("not-confirmed")


def test_nobody_files_under_a_regime_that_does_not_apply() -> None:
    given(*story(*SENSITIVE)).when(filing(Regime.MN_FINAL, day(3))).then_rejected("obligation-unknown")
    given(*story(*SENSITIVE)).when(deciding(Regime.MN_FINAL)).then_rejected("obligation-unknown")


def test_what_was_decided_not_to_be_required_is_not_filed_and_what_was_filed_is_not_decided() -> None:
    none = story(*SENSITIVE, deciding(Regime.APPI26_FINAL))
    given(*none).when(filing(Regime.APPI26_FINAL, day(5))).then_rejected("obligation-not-required")
    given(*none).when(deciding(Regime.APPI26_FINAL)).then_nothing()
    done = story(*SENSITIVE, filing(Regime.APPI26_FINAL, day(3)))
    given(*done).when(deciding(Regime.APPI26_FINAL)).then_rejected("obligation-fulfilled")


def test_what_was_decided_not_to_be_required_is_required_again_by_another_decision() -> None:
    required = deciding(Regime.APPI26_FINAL, Decided.REQUIRED)
    anew = (*SENSITIVE, deciding(Regime.APPI26_FINAL), required)
    given(*story(*anew)).when(required).then_nothing()
    assert [each.regime for each in filed(story(*anew, filing(Regime.APPI26_FINAL, day(5))))] == [Regime.APPI26_FINAL]


def test_nobody_affected_needs_no_reason_before_an_authority_was_told() -> None:
    story(*SENSITIVE, update(0, day(2)))


def test_fewer_persons_than_an_authority_was_told_need_a_reason() -> None:
    told = story(*SENSITIVE, filing(Regime.APPI26_FINAL, day(3)))
    given(*told).when(update(899, day(4))).then_rejected("below-filed")
    story(*SENSITIVE, filing(Regime.APPI26_FINAL, day(3)), update(899, day(4), reason=TEXT), update(900, day(4)))


def test_telling_the_persons_answers_every_duty_to_tell_them() -> None:
    both = (REPORT, TAKE_OVER, assessing(specific_pi=True, improper_purpose=True), CONFIRM, NOTIFY)
    notices = [event for event in story(*both) if isinstance(event, SubjectsNotified)]
    assert [each.obligation_id for each in notices] == [f"{ID}.APPI26_SUBJECTS", f"{ID}.MN_SUBJECTS"]
    alone = [
        event for event in story(REPORT, TAKE_OVER, ASSESS, CONFIRM, NOTIFY) if isinstance(event, SubjectsNotified)
    ]
    assert [each.obligation_id for each in alone] == [None]


def test_an_incident_closes_only_when_every_obligation_is_answered() -> None:
    answered = [filing(Regime.APPI26_FINAL, day(10), Stage.BOTH), CONTAIN]
    given(*story(*SENSITIVE, *answered)).when(CLOSE).then_rejected("obligations-open")
    story(*SENSITIVE, *answered, NOTIFY, CLOSE)
    story(*SENSITIVE, *answered, deciding(Regime.APPI26_SUBJECTS), CLOSE)


# --- time (T05) -------------------------------------------------------------------------------------------------------


def calendar(told: list[IncidentTold], regime: Regime) -> dict[datetime, Timer]:
    return {
        timer.at: timer
        for event in told
        for timer in timers(event)
        if isinstance(timer.command, WarnOfDeadline | MarkDeadlineMissed)
        and timer.command.obligation_id == f"{ID}.{regime}"
    }


def fired(told: list[IncidentTold], regime: Regime, until: datetime) -> list[IncidentTold]:
    """What time tells of a regime up to an instant, each once."""
    for at, timer in sorted(calendar(told, regime).items()):
        if at <= until:
            told = [*told, *INCIDENT.decide(timer.command, INCIDENT.fold(told))]  # type: ignore[arg-type]
    return told


def test_a_deadline_is_warned_of_two_days_one_day_and_four_hours_before_and_missed_when_it_comes() -> None:
    due = in_japan("2025-07-01")
    told = fired(story(*SENSITIVE), Regime.APPI26_FINAL, FAR)
    warned = [event.warned for event in told if isinstance(event, ObligationDeadlineApproaching)]
    assert warned == [Warned.TWO_DAYS, Warned.ONE_DAY, Warned.FOUR_HOURS]
    assert sorted(calendar(story(*SENSITIVE), Regime.APPI26_FINAL)) == [
        due - timedelta(days=2), due - timedelta(days=1), due - timedelta(hours=4), due
    ]  # fmt: skip
    assert [event.due_at for event in told if isinstance(event, ObligationDeadlineMissed)] == [due]


def test_a_preliminary_report_is_also_warned_of_when_its_third_day_begins() -> None:
    told = fired(story(*SENSITIVE), Regime.APPI26_PRELIM, in_japan("2025-06-01"))
    assert [event.warned for event in told if isinstance(event, ObligationDeadlineApproaching)] == [Warned.SOFT_DUE]


def test_what_lies_behind_is_not_warned_of_but_missed_at_once() -> None:
    late = (
        TAKE_OVER.model_copy(update={"time": day(9), "now": day(9)}),
        assessing(day(9, 1), sensitive=True),
    )
    assert list(calendar(story(REPORT, *late), Regime.APPI26_PRELIM)) == [in_japan("2025-06-04")]


@pytest.mark.parametrize(
    "end",
    [filing(Regime.APPI26_FINAL, day(3), Stage.BOTH), deciding(Regime.APPI26_FINAL, at=day(3))],
    ids=["filed", "not required"],
)
def test_nothing_fires_after_it_was_answered(end: object) -> None:
    told = story(*SENSITIVE, end)
    assert fired(told, Regime.APPI26_FINAL, FAR) == told


def test_an_old_deadline_fires_no_more_once_it_was_moved() -> None:
    told = fired(story(*SENSITIVE, THEFT), Regime.APPI26_FINAL, FAR)
    assert [event.due_at for event in told if isinstance(event, ObligationDeadlineMissed)] == [in_japan("2025-07-29")]


def test_a_dismissed_incident_is_warned_of_no_more_and_after_reopening_again() -> None:
    dismissed = story(*SENSITIVE[:-1], DISMISS)
    assert fired(dismissed, Regime.APPI26_FINAL, FAR) == dismissed
    again = story(*SENSITIVE[:-1], DISMISS, REOPEN)
    assert moved(again)[Regime.APPI26_FINAL] == in_japan("2025-07-01"), "its old timers have gone off while it was over"
    assert missed_at(fired(again, Regime.APPI26_FINAL, FAR)) == [in_japan("2025-07-01")]


def test_what_was_missed_before_is_not_missed_again_after_reopening() -> None:
    missed = fired(story(*SENSITIVE[:-1]), Regime.APPI26_FINAL, FAR)
    for command in (DISMISS, REOPEN):
        missed += INCIDENT.decide(command, INCIDENT.fold(missed))
    assert missed_at(fired(missed, Regime.APPI26_FINAL, FAR)) == [in_japan("2025-07-01")]


def test_what_is_missed_is_told_once_and_of_what_is_no_duty_never() -> None:
    about = {"incident_id": ID, "due_at": in_japan("2025-07-01")}
    miss, other = (
        MarkDeadlineMissed.model_validate(about | {"obligation_id": f"{ID}.{regime}"})
        for regime in (Regime.APPI26_FINAL, Regime.MN_FINAL)
    )
    told = [*story(*SENSITIVE), *INCIDENT.decide(miss, INCIDENT.fold(story(*SENSITIVE)))]
    assert missed_at(told) == [in_japan("2025-07-01")]
    given(*told).when(miss).then_nothing()
    given(*told).when(other).then_nothing()


def test_a_warning_for_the_very_instant_is_given() -> None:
    instant = in_japan("2025-06-01")
    told = story(REPORT, TAKE_OVER, assessing(instant, sensitive=True))
    assert calendar(told, Regime.APPI26_PRELIM)[instant].cycle.endswith(Warned.SOFT_DUE)


def test_a_flag_of_the_report_alone_opens_nothing_before_the_assessment() -> None:
    assert opened(story(REPORT.model_copy(update={"flags": Flags(sensitive=True)}), TAKE_OVER)) == {}
