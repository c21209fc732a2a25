"""What must be so when the year is over, held against the generator's own reckoning; one file for each part of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import httpx

from daicho.demo.checks import hr, incidents, ledger, log, notices, pledges, training
from daicho.demo.checks.evidence import Evidence, Question
from daicho.demo.clients import Refused
from daicho.demo.screen import Check

QUESTIONS: Final[tuple[Question, ...]] = (
    *pledges.QUESTIONS,
    *training.QUESTIONS,
    *ledger.QUESTIONS,
    *incidents.QUESTIONS,
    *notices.QUESTIONS,
    *hr.QUESTIONS,
    *log.QUESTIONS,
)


async def checks(evidence: Evidence) -> AsyncIterator[Check]:
    """All are asked at once, and told in their order."""
    for asked in [asyncio.create_task(_asked(question, evidence)) for question in QUESTIONS]:
        yield await asked


async def _asked(question: Question, evidence: Evidence) -> Check:
    """What can not even be asked has failed."""
    try:
        return await question(evidence)
    except (Refused, httpx.HTTPError, LookupError) as fault:
        return Check(question.__name__.strip("_").replace("_", " "), passed=False, told=f"{fault!r}")
