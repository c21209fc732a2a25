"""The kinds of problems by slug, each with its meaning and its cure. Services declare their own beside these."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

KINDS: Final[dict[str, "ProblemKind"]] = {}
"""Everything that can go wrong by slug, in the order of declaration. A slug is never renamed."""


class ProblemKind(BaseModel):
    model_config = ConfigDict(frozen=True)

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$", examples=["stale-version"])
    status: int = Field(ge=400, le=599, examples=[412])
    title: str = Field(examples=["The resource has changed meanwhile"])
    meaning: str = Field(examples=["`If-Match` names a version that is no longer the current one."])
    cure: str = Field(examples=["Read the resource again, decide anew, and send its new ETag."])


def declare(slug: str, status: int, title: str, *, meaning: str, cure: str) -> None:
    """Make a slug known, with its page. Raises ValueError if it is already taken."""
    if slug in KINDS:
        raise ValueError(f"the problem {slug} is declared twice")
    KINDS[slug] = ProblemKind(slug=slug, status=status, title=title, meaning=meaning, cure=cure)


def kind_of(slug: str) -> ProblemKind:
    """The declared kind; for a slug nobody declared, the general refusal."""
    return KINDS.get(slug) or KINDS["rejected"]


declare(
    "malformed-request",
    400,
    "The request cannot be read",
    meaning="A part of the request does not follow the rules of HTTP or of this interface.",
    cure="Compare the request with the OpenAPI description.",
)
declare(
    "malformed-json",
    400,
    "The body is not valid JSON",
    meaning="The body is not UTF-8, not JSON, or names a member twice. `position` counts characters from 0.",
    cure="Send one JSON document in UTF-8 without a byte order mark.",
)
declare(
    "malformed-header",
    400,
    "A header cannot be read",
    meaning="A header has a value that its definition does not allow.",
    cure="Send headers such as ETag values and consistency tokens back exactly as they were received.",
)
declare(
    "malformed-cursor",
    400,
    "The cursor cannot be read",
    meaning="Cursors are opaque: this one was not given out by this list, or was changed.",
    cure="Begin at the first page, and follow `next_cursor` or the `Link` header unchanged.",
)
declare(
    "idempotency-key-missing",
    400,
    "An Idempotency-Key is required",
    meaning="Requests that change something carry a key that makes a repetition harmless.",
    cure="Send `Idempotency-Key` with a fresh UUID, and the same one when you repeat the request.",
)
declare(
    "unauthenticated",
    401,
    "A valid access token is required",
    meaning="The bearer token is missing, expired, of an unknown issuer, or not meant for this service.",
    cure="Obtain a new access token and send it as `Authorization: Bearer …`.",
)
declare(
    "forbidden",
    403,
    "Your appointments do not allow this",
    meaning="You may see the resource, but what you asked for needs another role or another division.",
    cure="Ask somebody who holds the role; appointments come from the personnel system.",
)
declare(
    "not-found",
    404,
    "There is nothing here that you may see",
    meaning="The address is unknown, or what it names is not for you to see.",
    cure="Check the address; lists show what you may see.",
)
declare(
    "method-not-allowed",
    405,
    "This address does not know the method",
    meaning="The resource exists, the method does not. `Allow` names those that do.",
    cure="Use one of the methods in the `Allow` header.",
)
declare(
    "rejected",
    409,
    "The request contradicts what is so",
    meaning="The request is well formed, but the state of the resource does not allow it.",
    cure="Read the resource again; `detail` says what stands against it.",
)
declare(
    "in-progress",
    409,
    "The same request is still running",
    meaning="An earlier request with this Idempotency-Key has not finished yet.",
    cure="Repeat the request with the same key after `Retry-After` seconds.",
)
declare(
    "stale-version",
    412,
    "The resource has changed meanwhile",
    meaning="`If-Match` names a version that is no longer the current one.",
    cure="Read the resource again, decide anew, and send its new ETag.",
)
declare(
    "content-too-large",
    413,
    "The body is too large",
    meaning="The body, or what would have to be recorded of it, is larger than the limit.",
    cure="Send less at once: 256 KiB is the limit of a request, 5 MiB of an import.",
)
declare(
    "unsupported-media-type",
    415,
    "The body has another media type than expected",
    meaning="The Content-Type is missing, or is not one that this operation reads.",
    cure="Send `Content-Type: application/json`, or what the OpenAPI description names.",
)
declare(
    "invalid-request",
    422,
    "The request has invalid parts",
    meaning="Fields or parameters are missing, unknown, or of the wrong type; `errors` names each.",
    cure="Correct what `errors` points to. Types are strict: `true` is not a number.",
)
declare(
    "idempotency-key-reused",
    422,
    "The Idempotency-Key belongs to another request",
    meaning="The key was used before with another method, address or body.",
    cure="Use a fresh key for a new request.",
)
declare(
    "national-id-number",
    422,
    "National ID numbers must not be entered",
    meaning="A text looks like a National ID number: twelve digits with a valid check digit.",
    cure="Remove the number. This system records where such numbers are kept, never the numbers.",
)
declare(
    "version-required",
    428,
    "If-Match is required",
    meaning="A change of this kind must say which version it was decided on.",
    cure="Read the resource and send its ETag as `If-Match`.",
)
declare(
    "too-many-requests",
    429,
    "Too many requests",
    meaning="The caller has used up what is allowed in this time.",
    cure="Wait for `Retry-After` seconds.",
)
declare(
    "internal-error",
    500,
    "The service failed",
    meaning="Something unexpected happened. Nothing was changed, or everything that was asked.",
    cure="Repeat the request with the same Idempotency-Key; give `traceid` to the operators.",
)
declare(
    "unavailable",
    503,
    "The service cannot answer now",
    meaning="A part that the service depends on does not answer, or it is starting or stopping.",
    cure="Repeat the request with the same Idempotency-Key after `Retry-After` seconds.",
)

GENERAL: Final = tuple(KINDS.values())
"""What may go wrong in every service."""

# Of decisions in several services: `shared/late_entry.py`.
declare(
    "entry-in-the-future",
    409,
    "It has not happened yet",
    meaning="`time` is later than now.",
    cure="Enter it when it has happened.",
)
declare(
    "late-entry",
    409,
    "A late entry needs its reason",
    meaning="`time` is more than thirty days ago.",
    cure="Send `late_reason`; the entry is marked as backdated.",
)
