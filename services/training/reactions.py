"""Policies of training: P6 and P8 for people, P9 and P10 for campaigns, F16 for courses, F19 for countries. Pure."""

from collections.abc import Sequence
from datetime import date, datetime

from services.training.duties.courses import INTRODUCTIONS, course_duties
from services.training.duties.handbooks import handbook_duties
from services.training.duties.look import Look
from services.training.duties.pledges import pledge_duties
from services.training.known import SHARDS, Known, LookAtEverybody, LookAtPerson, load, shard_of
from services.training.schema import KNOWN_ORGANISATION
from services.training.views.campaigns import KNOWN_CAMPAIGNS
from services.training.views.courses import KNOWN_COURSES
from services.training.views.rule_documents import KNOWN_RULE_DOCUMENTS
from services.training.views.target_countries import KNOWN_TARGET_COUNTRIES
from services.training.views.training_campaigns import KNOWN_TRAINING_CAMPAIGNS
from shared.decider import Command, Timer
from shared.events.codec import Recorded
from shared.events.hr import CompanyJoinedGroup, CompanyLeftGroup, CompanyMerged, OrgUnitCreated, OrgUnitMoved
from shared.events.topics import HR, TRAINING
from shared.events.training import (
    CoursePublished,
    DocumentKind,
    PledgeCampaignOpened,
    PledgeTargetCountrySet,
    RuleDocumentPublished,
    TrainingCampaignOpened,
)
from shared.law.calendar import business_date, start_of_day
from shared.organisation.person import changes
from shared.runtime.reacting.reactions import Reactions, Step, Task
from shared.runtime.reading.views import ViewHandler


def react(recorded: Recorded, known: Known, today: date) -> Sequence[Step]:
    match recorded.event:
        case PledgeCampaignOpened() | TrainingCampaignOpened():
            return _look_at_everybody(recorded.id, recorded.time)
        case CoursePublished(version=1, course_kind=kind) if kind in INTRODUCTIONS.values():
            return _look_at_everybody(recorded.id, recorded.time)
        case (
            PledgeTargetCountrySet(from_date=day)
            | RuleDocumentPublished(version=1, document_kind=DocumentKind.HANDBOOK, effective_from=day)
        ):
            return _look_at_everybody(recorded.id, max(recorded.time, start_of_day(day)))
        case CompanyJoinedGroup() | CompanyMerged() | CompanyLeftGroup() as told:
            ahead = told.effective_date > business_date(recorded.recorded_at)
            return _look_at_everybody(recorded.id, start_of_day(told.effective_date) if ahead else recorded.recorded_at)
        case OrgUnitCreated() | OrgUnitMoved() as told:
            return _look_at_hosted(told.org_unit_id, told.effective_date, known, today)
        case _ if recorded.stream.startswith("person/"):
            return _look_at(recorded.stream.removeprefix("person/"), known, today)
        case _:
            return ()


def perform(task: Task, known: Known, today: date) -> Sequence[Step]:
    match task:
        case LookAtPerson(person_id=person_id):
            return _look_at(person_id, known, today)
        case LookAtEverybody(shard=shard):
            mine = (person for person in known.people if shard_of(person) == shard)
            return [step for person in mine for step in _look_at(person, known, today)]
        case _:
            return ()


def _look_at(person_id: str, known: Known, today: date) -> list[Step]:
    """What is to be asked of the person today, and a timer for each later day on which something changes for him."""
    later = [day for day in changes(known.organisation.person(person_id)) if day > today]
    return [*_duties(person_id, known, today), *(_look_on(day, person_id) for day in later)]


def _look_at_hosted(org_unit_id: str, day: date, known: Known, today: date) -> list[Step]:
    """A supplier's worker is of the company of his unit: he is looked at when the unit becomes known, or moves."""
    workers = known.hosted.get(org_unit_id, ())
    ahead = [_look_on(day, worker) for worker in workers if day > today]
    return [step for worker in workers for step in _look_at(worker, known, today)] + ahead


def _look_on(day: date, person_id: str) -> Timer:
    return Timer(start_of_day(day), LookAtPerson(person_id=person_id, on=day), day.isoformat())


def _duties(person_id: str, known: Known, today: date) -> Sequence[Command]:
    spells, training = known.organisation.person(person_id), known.training
    trainee = Look(person_id, spells, known.trains, today)
    return [
        *pledge_duties(Look(person_id, spells, known.pledges, today), known.campaigns),
        *course_duties(trainee, training.campaigns, training.courses),
        *handbook_duties(trainee, training.documents),
    ]


def _look_at_everybody(cycle: str, at: datetime) -> list[Step]:
    return [Timer(at, LookAtEverybody(shard=shard), cycle) for shard in SHARDS]


REACTIONS = Reactions(
    topics=(HR, TRAINING),
    load=load,
    react=react,
    perform=perform,
    tasks=(LookAtPerson, LookAtEverybody),
    lookups=(
        lambda: ViewHandler(KNOWN_ORGANISATION.at("")),
        lambda: ViewHandler(KNOWN_CAMPAIGNS.at("")),
        lambda: ViewHandler(KNOWN_TARGET_COUNTRIES.at("")),
        lambda: ViewHandler(KNOWN_COURSES.at("")),
        lambda: ViewHandler(KNOWN_TRAINING_CAMPAIGNS.at("")),
        lambda: ViewHandler(KNOWN_RULE_DOCUMENTS.at("")),
    ),
)
