"""One person's pledge on one version of the Basic Rules for one fiscal year (F18, F27)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias, assert_never

from services.training.domain.owed import lapse_timer, overdue_timer
from services.training.domain.pledge_commands import (
    DeclinePledge,
    LapsePledge,
    MarkPledgeOverdue,
    PledgeCommand,
    RequestPledge,
    ResumePledge,
    SignPledge,
    SupersedePledge,
    SuspendPledge,
    WithdrawPledge,
)
from shared.decider import Decider, Rejected, Timer
from shared.events.training import (
    PledgeDeclined,
    PledgeLapsed,
    PledgeOverdue,
    PledgeRequested,
    PledgeResumed,
    PledgeSigned,
    PledgeSuperseded,
    PledgeSuspended,
    PledgeTold,
    PledgeWithdrawn,
)
from shared.law.due_dates import put_off


@dataclass(frozen=True)
class Unrequested:
    """Nobody asked the person yet."""


@dataclass(frozen=True)
class Requested:
    request: PledgeRequested
    """With the due date that holds now: leave moves it."""
    overdue: bool = False
    suspended: bool = False
    """The person is on leave."""

    @property
    def due_date(self) -> date:
        return self.request.due_date


@dataclass(frozen=True)
class Signed:
    request: PledgeRequested
    """Placed where the person was when he signed."""
    signed_at: datetime


@dataclass(frozen=True)
class Over:
    """Nothing more comes of it; `how` is the past participle that says why."""

    request: PledgeRequested
    how: str


Pledge: TypeAlias = Unrequested | Requested | Signed | Over


def decide(command: PledgeCommand, pledge: Pledge) -> list[PledgeTold]:
    match command:
        case RequestPledge():
            return [_requested(command)] if _may_be_asked(pledge) else []
        case SignPledge():
            return _sign(command, pledge)
        case DeclinePledge():
            return _decline(command, pledge)
        case SuspendPledge() | ResumePledge():
            return _leave(command, pledge)
        case WithdrawPledge() | LapsePledge() | MarkPledgeOverdue() | SupersedePledge():
            return _end(command, pledge)
        case _:
            assert_never(command)


def _may_be_asked(pledge: Pledge) -> bool:
    """Once, and again after somebody left and came back."""
    return isinstance(pledge, Unrequested) or (isinstance(pledge, Over) and pledge.how == "withdrawn")


def _requested(command: RequestPledge) -> PledgeRequested:
    return PledgeRequested.model_validate(command.model_dump())


def _sign(sign: SignPledge, pledge: Pledge) -> list[PledgeTold]:
    """Only the person himself, only the text that was asked for, and only after reading all of it."""
    match pledge:
        case Requested(request=request) | Signed(request=request) if sign.person_id != request.person_id:
            raise Rejected("only the person himself may sign a pledge", "not-the-signer")
        case Requested(request=request):
            _check_reading(sign, request)
            return [_signed(sign, request)]
        case Signed():
            return []
        case _:
            raise Rejected(f"a pledge that is {name(pledge)} can not be signed", "pledge-not-open")


def _check_reading(sign: SignPledge, request: PledgeRequested) -> None:
    if sign.template_hash != request.template_hash:
        raise Rejected("the text that was read is not the text that was asked for: read it again", "template-changed")
    if sign.pages_viewed < sign.page_count:
        raise Rejected(f"{sign.pages_viewed} of {sign.page_count} pages were viewed: read all of them", "not-read")


def _signed(sign: SignPledge, request: PledgeRequested) -> PledgeSigned:
    return PledgeSigned(
        pledge_id=request.pledge_id,
        person_id=request.person_id,
        person_kind=sign.person_kind or request.person_kind,
        company_id=sign.company_id or request.company_id,
        org_unit_id=sign.org_unit_id or request.org_unit_id,
        contractor_id=request.contractor_id,
        template_id=request.template_id,
        template_version=request.template_version,
        template_hash=request.template_hash,
        language=sign.language,
        period_start=request.period_start,
        period_end=request.period_end,
        consent_text_hash=sign.consent_text_hash,
        signed_at=sign.signed_at,
        method=sign.method,
        pages_viewed=sign.pages_viewed,
        page_count=sign.page_count,
    )


def _decline(decline: DeclinePledge, pledge: Pledge) -> list[PledgeTold]:
    match pledge:
        case Requested(request=request) if decline.person_id != request.person_id:
            raise Rejected("only the person himself may decline a pledge", "not-the-signer")
        case Requested(request=request):
            return [PledgeDeclined(pledge_id=request.pledge_id, person_id=request.person_id)]
        case Over(how="declined"):
            return []
        case _:
            raise Rejected(f"a pledge that is {name(pledge)} can not be declined", "pledge-not-open")


def _leave(command: SuspendPledge | ResumePledge, pledge: Pledge) -> list[PledgeTold]:
    """On leave nobody waits for a signature; back from it there is a new due date, never an earlier one."""
    match command, pledge:
        case SuspendPledge(), Requested(request=request, suspended=False):
            return [PledgeSuspended(pledge_id=request.pledge_id, person_id=request.person_id)]
        case ResumePledge(due_date=due), Requested(request=request, suspended=True):
            later = put_off(request, due)
            return [PledgeResumed(pledge_id=request.pledge_id, person_id=request.person_id, due_date=later)]
        case _:
            return []


def _end(
    command: WithdrawPledge | LapsePledge | MarkPledgeOverdue | SupersedePledge, pledge: Pledge
) -> list[PledgeTold]:
    """What the calendar and the HR feed say comes true only where it still matters."""
    match command, pledge:
        case MarkPledgeOverdue(due_date=due), Requested(request=request, overdue=False, suspended=False):
            return _overdue(request, due) if due == request.due_date else []
        case WithdrawPledge(), Requested(request=request):
            return [PledgeWithdrawn(pledge_id=request.pledge_id, person_id=request.person_id)]
        case LapsePledge(), Requested(request=request):
            return [PledgeLapsed(pledge_id=request.pledge_id, person_id=request.person_id)]
        case SupersedePledge(by_campaign_id=by), Requested(request=request) | Signed(request=request):
            superseded = PledgeSuperseded(
                pledge_id=request.pledge_id, person_id=request.person_id, by_campaign_id=by
            )  # fmt: skip
            return [superseded]
        case _:
            return []


def _overdue(request: PledgeRequested, due: date) -> list[PledgeTold]:
    return [PledgeOverdue(pledge_id=request.pledge_id, person_id=request.person_id, due_date=due)]


def evolve(pledge: Pledge, event: PledgeTold) -> Pledge:
    match event:
        case PledgeRequested():
            return Requested(event)
        case PledgeDeclined() | PledgeWithdrawn() | PledgeLapsed() | PledgeSuperseded():
            return Over(pledge.request, _HOW[type(event)]) if isinstance(pledge, Requested | Signed) else pledge
        case PledgeSigned() | PledgeOverdue() | PledgeSuspended() | PledgeResumed():
            return _while_requested(pledge, event) if isinstance(pledge, Requested) else pledge
        case _:
            assert_never(event)


def _while_requested(
    pledge: Requested, event: PledgeSigned | PledgeOverdue | PledgeSuspended | PledgeResumed
) -> Requested | Signed:
    match event:
        case PledgeSigned(company_id=company_id, org_unit_id=org_unit_id, signed_at=signed_at):
            here = {"company_id": company_id, "org_unit_id": org_unit_id}
            return Signed(pledge.request.model_copy(update=here), signed_at)
        case PledgeOverdue():
            return replace(pledge, overdue=True)
        case PledgeSuspended():
            return replace(pledge, suspended=True)
        case PledgeResumed(due_date=due):
            return Requested(pledge.request.model_copy(update={"due_date": due}))
        case _:
            assert_never(event)


_HOW = {
    PledgeDeclined: "declined",
    PledgeWithdrawn: "withdrawn",
    PledgeLapsed: "lapsed",
    PledgeSuperseded: "superseded",
}


def name(pledge: Pledge) -> str:
    """The state as the API and the messages call it."""
    match pledge:
        case Over(how=how):
            return how
        case Requested(suspended=True):
            return "suspended"
        case Requested(overdue=True):
            return "overdue"
        case Unrequested() | Requested() | Signed():
            return type(pledge).__name__.lower()
        case _:
            assert_never(pledge)


def timers(event: PledgeTold) -> list[Timer]:
    """T08 the day after the due date, T09 the day after the period."""
    match event:
        case PledgeRequested(pledge_id=pledge_id, due_date=due, period_end=period_end):
            overdue = MarkPledgeOverdue(pledge_id=pledge_id, due_date=due)
            return [overdue_timer(overdue), lapse_timer(LapsePledge(pledge_id=pledge_id), period_end)]
        case PledgeResumed(pledge_id=pledge_id, due_date=due):
            return [overdue_timer(MarkPledgeOverdue(pledge_id=pledge_id, due_date=due))]
        case _:
            return []


PLEDGE: Decider[PledgeCommand, Pledge, PledgeTold] = Decider(Unrequested(), decide, evolve)
