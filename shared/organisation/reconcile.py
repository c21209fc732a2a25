"""Does the feed add up? What HR's nightly snapshot says, computed from the histories."""

from datetime import date
from hashlib import sha256

from shared.events.hr import HrSnapshotPublished
from shared.organisation.organisation import Organisation
from shared.organisation.stretches import at


def snapshot(organisation: Organisation, as_of: date) -> HrSnapshotPublished:
    """Who is in post at the end of a day, as the HR system would publish it; people on leave are in post."""
    lines = sorted(_lines(organisation, as_of))
    return HrSnapshotPublished(as_of=as_of, count=len(lines), hash=sha256("".join(lines).encode()).hexdigest())


def _lines(organisation: Organisation, day: date) -> list[str]:
    people = [row.subject.removeprefix("person/") for row in organisation.rows.values() if row.kind == "person"]
    found = ((person, at(organisation.person(person), day)) for person in people)
    return [f"{person}|{spell.org_unit_id}\n" for person, spell in found if spell and spell.employed]
