"""`/v1/compliance`: the compliance table on a day, its exceptions, and the digest of a period's result."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from services.audit import compliance, intervals, live
from services.audit.access import READ
from services.audit.api.asking import Asking
from services.audit.api.later import or_replay
from services.audit.api.question import Asked, AskedOfRule, days, known_rule, place_of
from services.audit.compliance import Question
from services.audit.domain.answers import Answer, Counts, answer_for, answers
from services.audit.domain.canonical import ResultDigest
from services.audit.domain.interval import OPEN, Interval, because_document
from services.audit.domain.readings import Level, Period
from services.audit.domain.rulebook import JUDGES, mode_of
from shared.law.calendar import ONE_DAY
from shared.law.rule_pack import rule_pack
from shared.runtime.database import Connection, borrow, transaction
from shared.runtime.http.app import api_router
from shared.runtime.http.cursor import Page, Paging

router = api_router(tags=["compliance"])
ACCEPTED: Any = {202: {"description": "Too much was told since `known_at`: a replay works it out; ask again later"}}


MISSED = "MISSED"
"""What was still open when its due day ended."""


class AnswerRow(BaseModel):
    """How a rule stands in a place: `num` of `den` subjects are good; `open` and `excused` ones are in neither.

    Of a rule that counts what happened, `num`, `den` and `value` are all that number.
    """

    model_config = ConfigDict(populate_by_name=True)

    rule: str = Field(examples=["C09"])
    unit: str = Field(description="A unit, a company, or `group`", examples=["C01-D07"])
    num: int = Field(examples=[96])
    den: int = Field(examples=[100])
    value: float | None = Field(description="num / den; null where nobody counts", examples=[0.96])
    threshold: float | None = Field(description="Null for a rule that only reports", examples=[1.0])
    passed: bool | None = Field(alias="pass", description="Null where there is nothing to say", examples=[False])
    open: int = Field(description="Not yet due", examples=[2])
    excused: int = Field(examples=[1])
    not_applicable: bool = Field(description="Nobody counts; never taken for 100 %", examples=[False])
    mode: str = Field(description="Which reading of a yearly duty", examples=["rolling"])
    exceptions: str = Field(description="Where to read who is not good", examples=["/v1/compliance/C09/exceptions"])


class Evidence(BaseModel):
    """An event in the log."""

    id: str
    type: str = Field(examples=["training.PledgeRequested.v1"])
    stream: str = Field(examples=["pledge/3f0c"])


class ExceptionRow(BaseModel):
    """A subject that counts and is not good, since when, and because of which events."""

    rule: str = Field(examples=["C09"])
    subject: str = Field(examples=["person/P7F3K2"])
    unit: str = Field(examples=["C01-D07"])
    company: str = Field(examples=["C01"])
    status: str = Field(examples=["MISSING"])
    since: date
    due: date | None = Field(description="The last day on which all was well")
    value: int | None = Field(description="Minutes from the report to the later acknowledgement (C20)")
    mode: str = Field(examples=["rolling"])
    because: list[Evidence]


class Digest(BaseModel):
    """The result of a period in one number: SHA-256 over its rows in RFC 8785 form."""

    digest: str
    intervals: int = Field(description="Rows of the result")
    pending: int = Field(description="Subjects waiting to be judged anew; the digest is final when there are none")


@router.get(
    "/compliance",
    operation_id="list_compliance",
    summary="The compliance table on a day",
    responses=ACCEPTED,
    response_model=Page[AnswerRow],
)
async def list_compliance(asker: Asking, asked: AskedOfRule, page: Paging, response: Response) -> Any:
    """For each rule a row of the group, of each company and of each unit, as far as the caller may see them.

    A unit's row counts who is in that very unit; what belongs to no unit, as a company's own seats, only its company
    counts. A period (`from`, `to`) is read as each rule has it: at its end; throughout, so that a subject counts in
    every unit where it spent a counting day and once in the group; or by what fell due, or took place, in it. On a day
    (`as_of`) a rule that reads periods throughout says how things stand, the others read the fiscal year so far.
    """
    async with borrow(asker.running.pool) as connection:
        places, scope = await place_of(connection, asker, READ, asked.place)
        standing = await or_replay(connection, asker, asked)
        if isinstance(standing, Response):
            return standing
        found = await compliance.counts(connection, asked, standing)
        response.headers.update(await _staleness(connection))
    after = page.beginning("", -1, "", "")
    level = places.level(asked.place)
    rows = [row for row in _answers(asked, found, level) if places.sees(scope, row.level, row.unit)]
    return page.shown([row for row in rows if row.key > after], _key, lambda row: _row(row, asked), response)


@router.get(
    "/compliance/digest",
    operation_id="digest_compliance",
    summary="The digest of a period's result",
)
async def digest_compliance(asker: Asking, asked: Annotated[Period, Depends(days)]) -> Digest:
    """What a replay of the same period under the standard rule pack must come to, byte for byte."""
    digest = ResultDigest()
    async with transaction(asker.running.pool) as connection:
        await asker.scope(connection, READ)
        async for row in intervals.live_result(connection, asked.begins, asked.day + ONE_DAY):
            digest.add([row])
        return Digest(digest=digest.hexdigest(), intervals=digest.rows, pending=await live.pending(connection))


@router.get(
    "/compliance/{rule}/exceptions",
    operation_id="list_exceptions",
    summary="Who counts and is not good",
    responses=ACCEPTED,
    response_model=Page[ExceptionRow],
)
async def list_exceptions(asker: Asking, rule: str, asked: Asked, page: Paging, response: Response) -> Any:
    """The subjects behind `den` − `num`, each with the events it follows from."""
    wanted = replace(asked, rules=(known_rule(rule),))
    async with borrow(asker.running.pool) as connection:
        _, scope = await place_of(connection, asker, READ, asked.place)
        standing = await or_replay(connection, asker, wanted)
        if isinstance(standing, Response):
            return standing
        after = str(page.beginning("")[0])
        rows = await compliance.exceptions(connection, wanted, standing, scope, after, page.fetch)
        response.headers.update(await _staleness(connection))
    return page.shown(rows, lambda row: (row.subject,), _exception, response)


async def _staleness(connection: Connection) -> dict[str, str]:
    return {"Stale": "true"} if await live.pending(connection) else {}


def _answers(asked: Question, found: Counts, level: Level | None) -> list[Answer]:
    pack, day = rule_pack(), asked.period.day
    if level is None or asked.place is None:
        return answers(found, asked.rules, pack, day, asked.mode)
    judges = (JUDGES[rule, mode_of(rule, asked.mode, pack)] for rule in asked.rules)
    return [answer_for((level, asked.place), found, judge, pack.threshold(judge.id, day)) for judge in judges]


def _key(row: Answer) -> tuple[str, int, str, str]:
    return row.key


def _row(answer: Answer, asked: Question) -> AnswerRow:
    period = asked.period
    whole = {"from": period.begins.isoformat(), "to": period.day.isoformat()}
    when = whole if period.whole else {"as_of": period.day.isoformat()}
    known_at = {"known_at": asked.known_at.isoformat()} if asked.known_at else {}
    query = urlencode({"unit": answer.unit, **when, **known_at, "mode": answer.mode})
    return AnswerRow.model_validate(
        {**answer.document(), "exceptions": f"/v1/compliance/{answer.rule}/exceptions?{query}"}
    )


def _exception(row: Interval) -> ExceptionRow:
    return ExceptionRow(
        rule=row.rule,
        subject=row.subject,
        unit=row.unit,
        company=row.company,
        status=MISSED if row.status == OPEN else row.status,
        since=row.begins,
        due=row.due,
        value=row.value,
        mode=row.mode,
        because=[Evidence.model_validate(each) for each in because_document(row.because)],
    )
