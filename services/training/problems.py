"""What can stand against a pledge, a campaign or a target country, beside what can go wrong everywhere."""

from shared.runtime.http.problem_kinds import declare

declare(
    "not-the-signer",
    409,
    "Only the person himself may do this",
    meaning="A pledge is personal: nobody signs or declines it for somebody else.",
    cure="Let the person sign in and do it himself.",
)
declare(
    "template-changed",
    409,
    "Another text was asked for",
    meaning="`template_hash` is not the hash of the text that this pledge asks for.",
    cure="Read the pledge again, show its text, and send its `template_hash`.",
)
declare(
    "not-read",
    409,
    "The text was not read to its end",
    meaning="`pages_viewed` is less than `page_count`.",
    cure="View every page, then sign.",
)
declare(
    "pledge-not-open",
    409,
    "The pledge is not open",
    meaning="It was signed, declined or withdrawn, or its period is over, or a newer text took its place.",
    cure="`GET /v1/people/{id}/duties` lists what is still to be signed.",
)
declare(
    "campaign-exists",
    409,
    "The campaign is planned otherwise",
    meaning="A campaign of this id has other days or another text; what was planned is not changed.",
    cure="Plan a new version of the text under another `campaign_id`.",
)
declare(
    "campaign-unplanned",
    409,
    "The campaign is not planned",
    meaning="Only a planned campaign opens.",
    cure="Plan it first.",
)
declare(
    "campaign-outside-year",
    409,
    "The campaign's days are not in its fiscal year",
    meaning="A campaign opens and falls due within its fiscal year, in this order. FY2017 is April 2016 to March 2017.",
    cure="Choose `opens_on` and `due_date` from the first to the last day of `fy`.",
)
declare(
    "campaign-past",
    409,
    "The due date is past",
    meaning="Nobody could sign in time any more.",
    cure="Choose a `due_date` that is today or later.",
)
declare(
    "date-outside-year",
    409,
    "The day is not in the fiscal year",
    meaning="`from_date` is not one of the days of `fy`. FY2017 is April 2016 to March 2017.",
    cure="Choose a day from the first to the last day of `fy`, or name the year it belongs to.",
)
