"""What can stand against a step of an incident, beside what can go wrong everywhere."""

from typing import Final

from shared.runtime.http.problem_kinds import declare

_REFUSALS: Final = (
    (
        "aware-after-report",
        "The report is older than what it reports",
        "A department knew of the incident, and it was discovered, at the latest when it was reported.",
        "Give the instants at which it was discovered and the first department knew.",
    ),
    (
        "before-awareness",
        "Nobody knew of it then",
        "The step is said to have been taken before the first department knew of the incident.",
        "Give the right `time`, or correct the awareness first.",
    ),
    (
        "incident-unknown",
        "There is no such incident",
        "Nobody reported an incident of this id.",
        "Report it first.",
    ),
    (
        "incident-over",
        "The incident is over",
        "It is closed or dismissed.",
        "Let the Administrator reopen it.",
    ),
    (
        "not-acknowledged",
        "The contact point has not taken it over",
        "An incident is assessed by whom it was handed to.",
        "Let the contact point acknowledge the report.",
    ),
    (
        "not-assessed",
        "The incident is not assessed",
        "Only what was assessed is confirmed or dismissed.",
        "Assess it first.",
    ),
    (
        "already-confirmed",
        "The incident is confirmed",
        "What was confirmed can no longer be dismissed.",
        "Answer its obligations, contain and close it.",
    ),
    (
        "not-confirmed",
        "The incident is not confirmed",
        "Reports to authorities, notices and containment are of confirmed incidents.",
        "Confirm it first.",
    ),
    (
        "not-contained",
        "The incident is not contained",
        "Only what was contained is closed.",
        "Record the containment first.",
    ),
    (
        "obligations-open",
        "Somebody has still to hear of it",
        "An obligation is neither fulfilled nor decided not to be required.",
        "File what is missing, or let the Administrator decide.",
    ),
    (
        "obligation-unknown",
        "There is no such obligation",
        "The incident has no obligation of this id.",
        "Read the incident: it lists its obligations.",
    ),
    (
        "obligation-fulfilled",
        "The obligation is fulfilled",
        "What was reported is decided no more.",
        "Nothing has to be done.",
    ),
    (
        "obligation-not-required",
        "This is not to be reported",
        "It was decided that the obligation does not apply.",
        "Let the Administrator decide anew.",
    ),
    (
        "stage-does-not-fit",
        "This report does not answer this obligation",
        "Each stage has its own report, a supplement completes a final one, and with persons nothing is filed.",
        "Choose the stage that fits the obligation's regime.",
    ),
    (
        "below-filed",
        "An authority was told of more persons",
        "The new number is below what was filed.",
        "Give the `reason` why fewer are affected.",
    ),
)
for _slug, _title, _meaning, _cure in _REFUSALS:
    declare(_slug, 409, _title, meaning=_meaning, cure=_cure)
