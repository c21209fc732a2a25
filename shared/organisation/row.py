"""The row a service keeps per subject of the HR feed, and how an event changes it."""

import msgspec

from shared.events.codec import Recorded
from shared.events.hr import HrSnapshotPublished, RoleAppointed, RoleRelieved, is_hr
from shared.organisation.company import company_spells
from shared.organisation.history import History, corrected, fact_of, from_json, insert, to_json
from shared.organisation.person import spells
from shared.organisation.references import named
from shared.organisation.unit import unit_spells


class SubjectRow(msgspec.Struct, frozen=True):
    """A subject's whole history, and what rows are looked up by.

    `kind` is the subject's first part: person, unit, company, client. `units` are all it ever had to do with (posts,
    scopes; of a unit itself, parents and successors), `roles` and `principals` all that its history ever appointed.
    `company_id` is the last known one; None for a supplier's worker, whose unit tells it.
    """

    subject: str
    kind: str
    company_id: str | None
    units: tuple[str, ...]
    roles: tuple[str, ...]
    principals: tuple[str, ...]
    facts_json: str

    @property
    def facts(self) -> History:
        return from_json(self.facts_json)


def key(recorded: Recorded) -> str | None:
    """The row an event belongs to; None for a snapshot, and for what is no HR event."""
    about_somebody = is_hr(recorded.event) and not isinstance(recorded.event, HrSnapshotPublished)
    return recorded.stream if about_somebody else None


def project(row: SubjectRow | None, recorded: Recorded) -> SubjectRow | None:
    """Take an event into its subject's row; a repeated one changes nothing."""
    if key(recorded) is None:
        return row
    before = row.facts if row else ()
    after = insert(before, fact_of(recorded))
    return row if row and after is before else row_of(recorded.stream, after)


def row_of(subject: str, facts: History) -> SubjectRow:
    told = corrected(facts)
    events = [fact.event for fact in told]
    seats = [event for event in events if isinstance(event, RoleAppointed | RoleRelieved)]
    units = {name.removeprefix("unit/") for event in events for name in named(event) if name.startswith("unit/")}
    return SubjectRow(
        subject=subject,
        kind=subject.partition("/")[0],
        company_id=_company(subject, facts),
        units=tuple(sorted(units)),
        roles=tuple(sorted({seat.role.value for seat in seats})),
        principals=tuple(sorted({seat.principal for seat in seats})),
        facts_json=to_json(facts),
    )


def _company(subject: str, facts: History) -> str | None:
    match subject.partition("/"):
        case ("company", _, company) if company_spells(facts):
            return company
        case ("unit", _, _) if placed := unit_spells(facts):
            return placed[-1].company_id
        case ("person", _, _) if lived := spells(facts):
            return lived[-1].company_id
        case _:
            return None
