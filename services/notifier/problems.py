"""What can stand against a notice, beside what can go wrong everywhere."""

from shared.runtime.http.problem_kinds import declare

declare(
    "notification-unknown",
    404,
    "There is no such notice",
    meaning="Nobody was told anything under this id.",
    cure="`GET /v1/notifications` lists the notices you may see.",
)
declare(
    "not-the-recipient",
    409,
    "Only the recipient takes note of a notice",
    meaning="The notice was for somebody else.",
    cure="Let the recipient sign in and take note himself.",
)
