"""What a person should pledge today (F18, F19, F27). Pure."""

from collections.abc import Iterable, Iterator
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
from services.training.duties.look import Look
from services.training.views.campaigns import CampaignRow
from shared.events.hr import PersonKind
from shared.law.due_dates import due_by
from shared.law.rule_pack import STANDARD
from shared.organisation.person import PersonSpell

PLEDGES = uuid5(NAMESPACE_URL, "urn:daicho:pledge")
GRACE = timedelta(days=STANDARD.days("C09.grace"))
"""Who comes into the scope of a campaign later than it opened has this long to sign (C09)."""


def pledge_duties(look: Look, campaigns: Iterable[CampaignRow]) -> list[OfPledge]:
    """The commands that bring a person's pledges in line with where he stands today."""
    if look.spell is None:
        return []
    running = sorted(filter(look.runs, campaigns), key=_age)
    in_force = {campaign.template_id: campaign for campaign in running}
    return [
        command for campaign in running for command in _duty(look, look.spell, campaign, in_force[campaign.template_id])
    ]


def _duty(look: Look, spell: PersonSpell, campaign: CampaignRow, newest: CampaignRow) -> Iterator[OfPledge]:
    pledge_id = pledge_of(look.person_id, campaign)
    if campaign != newest and pledge_id == pledge_of(look.person_id, newest):
        return  # a second campaign for the same text asks for the same pledge
    if campaign != newest:
        yield SupersedePledge(pledge_id=pledge_id, by_campaign_id=newest.campaign_id)
    elif look.since is None:
        yield WithdrawPledge(pledge_id=pledge_id)
    else:
        yield _request(look.person_id, spell, campaign, look.since)
        yield _suspension(pledge_id, spell, look.today)


def pledge_of(person_id: str, campaign: CampaignRow) -> str:
    """One pledge per person, template, version and year: a repeated request finds the same stream."""
    return str(uuid5(PLEDGES, f"{person_id}|{campaign.template_id}|{campaign.template_version}|{campaign.fy}"))


def _age(campaign: CampaignRow) -> tuple[str, date, int, str]:
    return campaign.template_id, campaign.opens_on, campaign.template_version, campaign.campaign_id


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
        due_date=due_by(campaign, since, GRACE),
    )


def _suspension(pledge_id: str, spell: PersonSpell, today: date) -> OfPledge:
    if spell.on_leave:
        return SuspendPledge(pledge_id=pledge_id)
    return ResumePledge(pledge_id=pledge_id, due_date=today + GRACE)
