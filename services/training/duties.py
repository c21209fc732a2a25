"""What a person should pledge today: from his spells and the open campaigns to commands. Pure.

Whatever happens (a hire, a transfer, leave, a new campaign, a company joining) ends here: the person is looked at
anew and asked for what he is not asked for yet. Asking twice changes nothing, so nothing depends on the order of
events.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from services.training.domain.pledge_commands import (
    OfPledge,
    RequestPledge,
    ResumePledge,
    SupersedePledge,
    SuspendPledge,
    WithdrawPledge,
)
from services.training.views.campaigns import CampaignRow
from shared.events.hr import PersonKind
from shared.law.rule_pack import STANDARD
from shared.organisation.person import PersonSpell, at

PLEDGES = uuid5(NAMESPACE_URL, "urn:daicho:pledge")
GRACE = timedelta(days=STANDARD.days("C09.grace"))
"""Who comes into the scope of a campaign later than it opened has this long to sign (C09)."""

InScope = Callable[[PersonSpell, date], bool]
"""Whether somebody in post pledges on a day: his company is domestic, or in a target country."""


def pledge_duties(
    person_id: str, spells: Sequence[PersonSpell], campaigns: Iterable[CampaignRow], in_scope: InScope, today: date
) -> list[OfPledge]:
    """The commands that bring a person's pledges in line with where he stands today."""
    spell = at(spells, today)
    if spell is None:
        return []
    running = sorted((each for each in campaigns if each.open and today <= each.period_end), key=_age)
    in_force = {campaign.template_id: campaign for campaign in running}
    asked = spell.employed and in_scope(spell, today)
    since = _entered(spells, in_scope, today) if asked else None
    return [
        command
        for campaign in running
        for command in _duty(person_id, spell, campaign, in_force[campaign.template_id], since, today)
    ]


def _duty(
    person_id: str, spell: PersonSpell, campaign: CampaignRow, newest: CampaignRow, since: date | None, today: date
) -> Iterator[OfPledge]:
    """`since` is the day on which he came into scope; None when he is not in it."""
    pledge_id = pledge_of(person_id, campaign)
    if campaign != newest and pledge_id == pledge_of(person_id, newest):
        return  # a second campaign for the same text asks for the same pledge
    if campaign != newest:
        yield SupersedePledge(pledge_id=pledge_id, by_campaign_id=newest.campaign_id)
    elif since is None:
        yield WithdrawPledge(pledge_id=pledge_id)
    else:
        yield _request(person_id, spell, campaign, since)
        yield _suspension(pledge_id, spell, today)


def pledge_of(person_id: str, campaign: CampaignRow) -> str:
    """One pledge per person, template, version and year: a repeated request finds the same stream."""
    return str(uuid5(PLEDGES, f"{person_id}|{campaign.template_id}|{campaign.template_version}|{campaign.fy}"))


def _age(campaign: CampaignRow) -> tuple[str, date, int, str]:
    return campaign.template_id, campaign.opens_on, campaign.template_version, campaign.campaign_id


def _entered(spells: Sequence[PersonSpell], in_scope: InScope, today: date) -> date:
    """The first day of the unbroken time in post and in scope that today belongs to."""
    entered = today
    for spell in sorted((each for each in spells if each.begins <= today), key=lambda each: each.begins, reverse=True):
        if not (spell.employed and in_scope(spell, spell.begins)):
            break
        entered = spell.begins
    return entered


def _request(person_id: str, spell: PersonSpell, campaign: CampaignRow, since: date) -> RequestPledge:
    return RequestPledge(
        pledge_id=pledge_of(person_id, campaign),
        person_id=person_id,
        person_kind=spell.person_kind or PersonKind.EMPLOYEE,
        company_id=spell.company_id,
        org_unit_id=spell.org_unit_id,
        contractor_id=spell.contractor_id,
        campaign_id=campaign.campaign_id,
        template_id=campaign.template_id,
        template_version=campaign.template_version,
        template_hash=campaign.template_hash,
        period_fy=campaign.fy,
        period_start=campaign.opens_on,
        period_end=campaign.period_end,
        due_date=_due(campaign, since),
    )


def _due(campaign: CampaignRow, since: date) -> date:
    """Who was there when it opened has until the campaign's due date; who came later, thirty days if that is later."""
    if since <= campaign.opens_on:
        return campaign.due_date
    return min(max(campaign.due_date, since + GRACE), campaign.period_end)


def _suspension(pledge_id: str, spell: PersonSpell, today: date) -> OfPledge:
    if spell.on_leave:
        return SuspendPledge(pledge_id=pledge_id)
    return ResumePledge(pledge_id=pledge_id, due_date=max(spell.begins, today) + GRACE)
