"""Whether who had to hear of something got a mail, and nobody got one twice."""

from collections import Counter
from pathlib import Path
from typing import Final

from daicho.demo.checks.evidence import Evidence, Question
from daicho.demo.screen import Check
from daicho.embedded.mail_catcher import mails_in

FOLDER: Final = "mails"


async def _once(evidence: Evidence) -> Check:
    """What notifier says it sent is what the mail server took; a mail sent again would have the same Message-ID."""
    folder = evidence.stack.directory / FOLDER
    mails = mails_in(folder)
    twice = [name for name, times in Counter(str(mail["Message-ID"]) for mail in mails).items() if times > 1]
    sent, dropped, taken = await _count(evidence, "Sent"), await _count(evidence, "Dropped"), _taken(folder)
    told = f"{taken:,} mails of {sent:,} sent, {len(twice)} of them twice; {dropped:,} were needed no more"
    return Check("everybody is told once", sent == taken > 0 and not twice, told)


async def _count(evidence: Evidence, kind: str) -> int:
    query = f"SELECT count(*) FROM leaf WHERE type = 'notifier.Notification{kind}.v1' AND NOT duplicate"
    found: int = await evidence.stack.fetch("audit", query)
    return found


def _taken(folder: Path) -> int:
    """The catcher numbers every mail, and keeps the last ones."""
    return max((int(each.stem) for each in folder.glob("*.eml")), default=0)


async def _informed(evidence: Evidence) -> Check:
    """The supervisor and the contact point of the leak, on the day of the report."""
    leak = evidence.kept["leak"]
    notices = [
        each
        for each in await evidence.listed("notifier", "/v1/notifications")
        if each["matter"] == f"incident/{leak}" and each["template"].startswith("INCIDENT_FOR_")
    ]
    told = ", ".join(f"{each['person_id']} {each['state']}" for each in notices)
    once = len({each["person_id"] for each in notices}) == len(notices) == 2
    return Check("supervisor and contact point are told of the leak by mail", once, told or "nobody")


QUESTIONS: Final[tuple[Question, ...]] = (_once, _informed)
