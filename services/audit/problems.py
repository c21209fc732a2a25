"""What can go wrong with questions to audit, beside what can go wrong everywhere."""

from shared.runtime.http.problem_kinds import declare

declare(
    "in-the-future",
    422,
    "That day has not come yet",
    meaning="The question names a day or an instant after the present one. Forecasts are not given as answers.",
    cure="Ask for today or an earlier day.",
)
declare(
    "unknown-unit",
    422,
    "No such unit or company",
    meaning="`unit` names neither a unit nor a company that the personnel system ever told of, nor `group`.",
    cure="Use an id of the organisation.",
)
declare(
    "unknown-rule",
    422,
    "No such rule",
    meaning="The rule is not one of the compliance table.",
    cure="The answer to `GET /v1/compliance` names every rule.",
)
declare(
    "unknown-rule-pack",
    422,
    "No such rule pack, or one that does not hold every rule's numbers",
    meaning="A replay needs a rule pack with a threshold for every rule.",
    cure="`detail` names the packs that were published.",
)
declare(
    "period-not-ended",
    422,
    "The period has not ended yet",
    meaning="A replay is of days that are over: their answers do not change by the mere passing of time.",
    cure="Ask for a period that ended before today in Japan.",
)
declare(
    "period-reversed",
    422,
    "The period ends before it begins, or is named by half",
    meaning="`from` and `to` are inclusive days, given together, in this order, and not with `as_of`.",
    cure="Give `as_of`, or `from` and `to`.",
)
