"""What can stand against a slip or an inspection, beside what can go wrong everywhere."""

from shared.runtime.http.problem_kinds import declare

declare(
    "slip-unit-unknown",
    422,
    "The unit is not known",
    meaning="`errors` names a unit that does not exist today.",
    cure="Name a unit that exists; units come from the personnel system.",
)
declare(
    "custodian-unknown",
    422,
    "The person is not in post",
    meaning="`errors` names somebody who is not in post today, or is on leave.",
    cure="Name somebody who is in post.",
)
declare(
    "slip-exists",
    409,
    "The slip is registered otherwise",
    meaning="A slip of this id says something else; what was registered is amended, not registered again.",
    cure="Amend the slip, or register another one under another `slip_id`.",
)
declare(
    "slip-unregistered",
    409,
    "The slip is not registered",
    meaning="There is no slip of this id.",
    cure="Register it first.",
)
declare(
    "slip-over",
    409,
    "The slip is no longer in force",
    meaning="It was disposed of, or withdrawn: nothing about it changes, and there is nothing to inspect.",
    cure="Register a new slip if the information is held again.",
)
declare(
    "number-slip-incomplete",
    409,
    "A slip of National ID numbers lacks what it needs",
    meaning="`specific_pi` needs high priority, the unit that stores the numbers, and a manager in charge (F23).",
    cure="Send `priority` HIGH, `storage`, and a custodian of role PI_MANAGER.",
)
declare(
    "custodian-twice",
    409,
    "Somebody is named twice",
    meaning="One person has one role on a slip.",
    cure="Name each person once.",
)
declare(
    "last-manager",
    409,
    "Nobody would be in charge of the National ID numbers",
    meaning="This is the only manager in charge.",
    cure="Assign another one first.",
)
declare(
    "not-amendable",
    409,
    "The field has a command of its own",
    meaning="Priority, storage and custodians are not amended.",
    cure="Use `/priority`, `/storage` and `/custodians`.",
)
declare(
    "approval-needed",
    409,
    "An approval is needed",
    meaning="The promotion office's manager approves a lower priority, the divisional manager a disposal.",
    cure="Let the one who approves send the request.",
)
declare(
    "own-request",
    409,
    "Who asked for it does not approve it",
    meaning="The disposal was asked for by the same person.",
    cure="Let another divisional manager do it.",
)
declare(
    "disposal-not-requested",
    409,
    "Nobody asked for the disposal",
    meaning="A slip is disposed of after its disposal was requested.",
    cure="Send `/disposal-request` first.",
)
declare(
    "inspection-unscheduled",
    409,
    "The inspection is not scheduled",
    meaning="This cycle of this slip is not known.",
    cure="`GET /v1/inspections` lists those that are.",
)
declare(
    "inspection-over",
    409,
    "The inspection is over",
    meaning="It was completed or cancelled.",
    cure="Wait for the next cycle.",
)
declare(
    "inspection-not-due",
    409,
    "The window is not open yet",
    meaning="An inspection can be started thirty days before it is due.",
    cure="Wait for the day that `detail` names.",
)
declare(
    "inspection-not-started",
    409,
    "The inspection is not in progress",
    meaning="Only what was started, or returned, can be submitted.",
    cure="Start it first.",
)
declare(
    "inspection-not-submitted",
    409,
    "The inspection waits for no approval",
    meaning="Only what was submitted is approved or returned.",
    cure="Let it be submitted first.",
)
declare(
    "slip-version-unknown",
    409,
    "The slip has no such version",
    meaning="`slip_version_reviewed` is higher than the slip's version.",
    cure="Send the number in the slip's ETag.",
)
declare(
    "own-inspection",
    409,
    "Nobody approves his own inspection",
    meaning="The approver submitted it himself.",
    cure="Let somebody else approve.",
)
declare(
    "approval-not-needed",
    409,
    "No approval of this kind is needed",
    meaning="A slip of normal priority is approved by the divisional manager alone.",
    cure="Let him approve.",
)
declare(
    "same-approver",
    409,
    "Two people must approve",
    meaning="The other approval came from the same person.",
    cure="Let somebody else approve.",
)
