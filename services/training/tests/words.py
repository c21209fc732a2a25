"""What the tests of the domain speak of: one person, one campaign, one pledge, and its facts."""

from datetime import UTC, date, datetime
from typing import Final

from services.training.domain.campaign import PlanPledgeCampaign
from services.training.domain.pledge_commands import (
    DeclinePledge,
    LapsePledge,
    MarkPledgeOverdue,
    RequestPledge,
    ResumePledge,
    SignPledge,
    SupersedePledge,
    SuspendPledge,
    WithdrawPledge,
)
from shared.events.hr import PersonKind
from shared.events.training import (
    PledgeCampaignOpened,
    PledgeCampaignPlanned,
    PledgeDeclined,
    PledgeLapsed,
    PledgeOverdue,
    PledgeRequested,
    PledgeResumed,
    PledgeSigned,
    PledgeSuperseded,
    PledgeSuspended,
    PledgeWithdrawn,
    SigningMethod,
)

TEXT: Final = "a" * 64
OTHER_TEXT: Final = "b" * 64
CONSENT: Final = "c" * 64
OPENS, DUE, END = date(2016, 4, 1), date(2016, 4, 30), date(2017, 3, 31)
LATER_DUE: Final = date(2016, 9, 30)
NOON: Final = datetime(2016, 4, 8, 3, 0, tzinfo=UTC)

PLAN: Final = PlanPledgeCampaign(
    campaign_id="PLEDGE-FY2017",
    fy="FY2017",
    template_id="BASIC-RULES",
    template_version=1,
    template_hash=TEXT,
    opens_on=OPENS,
    due_date=DUE,
    today=date(2016, 3, 15),
)
PLANNED: Final = PledgeCampaignPlanned(**PLAN.model_dump(exclude={"today"}), period_end=END)
OPENED: Final = PledgeCampaignOpened(**PLANNED.model_dump())

REQUEST: Final = RequestPledge(
    pledge_id="L1",
    person_id="P1",
    person_kind=PersonKind.EMPLOYEE,
    company_id="C01",
    org_unit_id="C01-D07",
    campaign_id="PLEDGE-FY2017",
    template_id="BASIC-RULES",
    template_version=1,
    template_hash=TEXT,
    period_fy="FY2017",
    period_start=OPENS,
    period_end=END,
    due_date=DUE,
)
SIGN: Final = SignPledge(
    pledge_id="L1",
    person_id="P1",
    template_hash=TEXT,
    language="ja",
    consent_text_hash=CONSENT,
    signed_at=NOON,
    method=SigningMethod.SSO,
    pages_viewed=4,
    page_count=4,
)
DECLINE: Final = DeclinePledge(pledge_id="L1", person_id="P1")
SUSPEND: Final = SuspendPledge(pledge_id="L1")
RESUME: Final = ResumePledge(pledge_id="L1", due_date=LATER_DUE)
WITHDRAW: Final = WithdrawPledge(pledge_id="L1")
MARK_OVERDUE: Final = MarkPledgeOverdue(pledge_id="L1", due_date=DUE)
LAPSE: Final = LapsePledge(pledge_id="L1")
SUPERSEDE: Final = SupersedePledge(pledge_id="L1", by_campaign_id="PLEDGE-FY2017-B")

REQUESTED: Final = PledgeRequested(**REQUEST.model_dump())
SIGNED: Final = PledgeSigned(
    pledge_id="L1",
    person_id="P1",
    person_kind=PersonKind.EMPLOYEE,
    company_id="C01",
    org_unit_id="C01-D07",
    template_id="BASIC-RULES",
    template_version=1,
    template_hash=TEXT,
    language="ja",
    period_start=OPENS,
    period_end=END,
    consent_text_hash=CONSENT,
    signed_at=NOON,
    method=SigningMethod.SSO,
    pages_viewed=4,
    page_count=4,
)
DECLINED: Final = PledgeDeclined(pledge_id="L1", person_id="P1")
OVERDUE: Final = PledgeOverdue(pledge_id="L1", person_id="P1", due_date=DUE)
SUSPENDED: Final = PledgeSuspended(pledge_id="L1", person_id="P1")
RESUMED: Final = PledgeResumed(pledge_id="L1", person_id="P1", due_date=LATER_DUE)
WITHDRAWN: Final = PledgeWithdrawn(pledge_id="L1", person_id="P1")
LAPSED: Final = PledgeLapsed(pledge_id="L1", person_id="P1")
SUPERSEDED: Final = PledgeSuperseded(pledge_id="L1", person_id="P1", by_campaign_id="PLEDGE-FY2017-B")
