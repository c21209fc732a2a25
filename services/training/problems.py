"""What can stand against a pledge, a campaign, a course or a handbook, beside what can go wrong everywhere."""

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
    meaning="A campaign of this id has other days or another text or course; what was planned is not changed.",
    cure="Plan the other one under another `campaign_id`.",
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
    meaning="Nobody could sign it or complete it in time any more.",
    cure="Choose a `due_date` that is today or later.",
)
declare(
    "date-outside-year",
    409,
    "The day is not in the fiscal year",
    meaning="`from_date` is not one of the days of `fy`. FY2017 is April 2016 to March 2017.",
    cure="Choose a day from the first to the last day of `fy`, or name the year it belongs to.",
)
declare(
    "course-unknown",
    422,
    "There is no such course to be taken",
    meaning="The course is not published, or is retired, or this is not its latest version.",
    cure="`GET /v1/courses` lists the courses and their versions; publish it first.",
)
declare(
    "course-not-yearly",
    409,
    "The course is not for everybody once a year",
    meaning="A campaign is of a course of kind `ANNUAL_ONLINE` or `MY_NUMBER`; others have their own occasions.",
    cure="Choose a course of one of these kinds.",
)
declare(
    "version-not-next",
    409,
    "The version is not the next one",
    meaning="Versions grow by one, and what was published is not changed.",
    cure="Publish it as the version after the latest; the first is 1.",
)
declare(
    "version-before-last",
    409,
    "The version before it is in force later",
    meaning="`effective_from` is before that of the version before.",
    cure="Choose the same day or a later one.",
)
declare(
    "kind-changed",
    409,
    "It is of another kind",
    meaning="What a course or a document is for does not change with a version.",
    cure="Publish it under an id of its own.",
)
declare(
    "course-retired",
    409,
    "The course is retired",
    meaning="A retired course has no further versions.",
    cure="Publish the new one under an id of its own.",
)
declare(
    "course-unpublished",
    409,
    "The course was never published",
    meaning="Only a published course is retired.",
    cure="`GET /v1/courses` lists the courses.",
)
declare(
    "assignment-not-open",
    409,
    "The assignment takes no test",
    meaning="The person left, or the test was taken after the last day on which the course could be.",
    cure="`GET /v1/people/{id}/duties` lists what is still to be taken.",
)
declare(
    "test-too-early",
    409,
    "The test was taken before the course was assigned",
    meaning="`time` is before the day since which the person is to take the course.",
    cure="Record it with the assignment it belongs to.",
)
declare(
    "not-the-holder",
    409,
    "Only the person himself may confirm it",
    meaning="A handbook is confirmed by who was handed it.",
    cure="Let the person sign in and confirm it himself.",
)
declare(
    "handbook-not-distributed",
    409,
    "He was not handed this handbook",
    meaning="This document was not handed to him, or in another version.",
    cure="`GET /v1/handbooks/{person_id}` lists what he was handed.",
)
