"""What a caller may get wrong over REST: each is answered with a problem that says what to do, and changes nothing."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest

from services.training.tests.group import MANAGER, OFFICE, PLAN, SIGNATURE, pledge_of, tell
from services.training.tests.house import ISSUER, House
from services.training.tests.story import LONG_AGO, hired
from shared.runtime.dev_issuer import DevIssuer, TokenRequest
from shared.runtime.http import cursor
from tests.bad_input.numbers import FULL_WIDTH, HYPHENED, NUMBER

pytestmark = pytest.mark.stack

SIGNER: Final = "SIGNER"
SIGN_IT: Final = "/v1/pledges/{pledge}/signature"
DISCARD: Final = "/v1/parked/person/UNREADABLE/discard"
COUNTRY: Final = {"fy": "FY2017", "country": "SG", "from_date": "2016-07-01"}
SECRET: Final = "s3cr3t-value"
"""Stands in refused values: no answer may repeat it."""


@dataclass(frozen=True)
class Bad:
    """A request that must be refused, and how."""

    name: str
    status: int
    slug: str
    body: Any = None
    """Bytes are sent as they are; anything else as JSON."""
    path: str = SIGN_IT
    method: str = "POST"
    by: str = SIGNER
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    """Headers that a good request has."""

    def __str__(self) -> str:
        return self.name


def signing(**changes: Any) -> dict[str, Any]:
    return SIGNATURE | changes


def planning(**changes: Any) -> dict[str, Any]:
    return PLAN | {"campaign_id": "BAD"} | changes


GOOD: Final = json.dumps(SIGNATURE).encode()
DEEP: Final = b'{"language":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
WITHOUT_TEXT: Final = {name: value for name, value in SIGNATURE.items() if name != "template_hash"}

MALFORMED: Final = [
    Bad("no body", 422, "invalid-request", b""),
    Bad("a truncated body", 400, "malformed-json", GOOD[:-9]),
    Bad("something after the body", 400, "malformed-json", GOOD + b" {}"),
    Bad("not UTF-8", 400, "malformed-json", b'{"language": "\xff\xfe"}'),
    Bad("UTF-16", 400, "malformed-json", GOOD.decode().encode("utf-16")),
    Bad("a byte order mark", 400, "malformed-json", b"\xef\xbb\xbf" + GOOD),
    Bad("a member twice", 400, "malformed-json", b'{"language": "ja", "language": "en"}'),
    Bad("not a number", 400, "malformed-json", GOOD.replace(b": 4", b": NaN")),
    Bad("a number of a thousand digits", 400, "malformed-json", GOOD.replace(b": 4", b": " + b"9" * 1000)),
    Bad("ten thousand levels", 422, "invalid-request", DEEP),
    Bad("a list", 422, "invalid-request", [SIGNATURE]),
    Bad("null", 422, "invalid-request", b"null"),
    Bad("a text", 422, "invalid-request", b'"ja"'),
    Bad("plain text", 415, "unsupported-media-type", GOOD, headers={"Content-Type": "text/plain"}),
    Bad("a form", 415, "unsupported-media-type", b"a=b", headers={"Content-Type": "application/x-www-form-urlencoded"}),
    Bad("no content type", 415, "unsupported-media-type", GOOD, drop=("Content-Type",)),
    Bad("300 KiB", 413, "content-too-large", signing(note="x" * 300 * 1024)),
    Bad("300 KiB of spaces", 413, "content-too-large", GOOD + b" " * 300 * 1024),
]
FIELDS: Final = [
    Bad("an unknown field", 422, "invalid-request", signing(signed_by=SECRET)),
    Bad("a missing field", 422, "invalid-request", WITHOUT_TEXT),
    Bad("true for a number", 422, "invalid-request", signing(pages_viewed=True)),
    Bad("a text for a number", 422, "invalid-request", signing(pages_viewed="4")),
    Bad("a broken number", 422, "invalid-request", signing(pages_viewed=4.5)),
    Bad("no page", 422, "invalid-request", signing(pages_viewed=0)),
    Bad("a number of thirty digits", 422, "invalid-request", signing(page_count=10**30 - 1)),
    Bad("a number for a text", 422, "invalid-request", signing(language=7)),
    Bad("null for a text", 422, "invalid-request", signing(language=None)),
    Bad("a list for a text", 422, "invalid-request", signing(language=["ja"])),
    Bad("NUL", 422, "invalid-request", signing(language="j\x00")),
    Bad("a lone surrogate", 422, "invalid-request", GOOD.replace(b'"ja"', b'"\\ud800"')),
    Bad("a line break after the language", 422, "invalid-request", signing(language="ja\n")),
    Bad("a method that is none", 422, "invalid-request", signing(method=SECRET)),
    Bad("a short hash", 422, "invalid-request", signing(template_hash="abc")),
    Bad("a hash in capitals", 422, "invalid-request", signing(template_hash="A" * 64)),
    Bad("a number like a National ID", 422, "national-id-number", signing(language=NUMBER)),
    Bad("the same as a JSON number", 422, "national-id-number", signing(pages_viewed=int(NUMBER))),
    Bad("the same as a field's name", 422, "national-id-number", signing(**{NUMBER: 1})),
]
DATES: Final = [
    Bad("a day outside of the year", 409, "date-outside-year", COUNTRY | {"from_date": "2017-04-01"}),
    Bad("the day before the year", 409, "date-outside-year", COUNTRY | {"from_date": "2016-03-31"}),
    Bad("a day that does not exist", 422, "invalid-request", COUNTRY | {"from_date": "2016-02-30"}),
    Bad("an instant for a day", 422, "invalid-request", COUNTRY | {"from_date": "2016-07-01T09:00:00Z"}),
    Bad("a number for a day", 422, "invalid-request", COUNTRY | {"from_date": 20160701}),
    Bad("a year that is no label", 422, "invalid-request", COUNTRY | {"fy": "2016年度"}),
    Bad("a year as a number", 422, "invalid-request", COUNTRY | {"fy": 2017}),
    Bad("a year before the calendar", 422, "invalid-request", COUNTRY | {"fy": "FY0000"}),
    Bad("a year before the first whole one", 422, "invalid-request", COUNTRY | {"fy": "FY0001"}),
    Bad("a country in small letters", 422, "invalid-request", COUNTRY | {"country": "sg"}),
]
LONG_PAST: Final = {"fy": "FY2015", "opens_on": "2014-04-01", "due_date": "2014-04-30"}
CAMPAIGNS: Final = [
    Bad("a campaign outside of its year", 409, "campaign-outside-year", planning(opens_on="2016-03-31")),
    Bad("a campaign due before it opens", 409, "campaign-outside-year", planning(opens_on="2016-06-01")),
    Bad("a campaign nobody can meet", 409, "campaign-past", planning(**LONG_PAST)),
    Bad("a campaign planned otherwise", 409, "campaign-exists", PLAN | {"template_version": 2}),
    Bad("a campaign before the calendar", 422, "invalid-request", planning(fy="FY0000")),
    Bad("an id with a slash", 422, "invalid-request", planning(campaign_id="A/B")),
    Bad("an id of 65 letters", 422, "invalid-request", planning(campaign_id="A" * 65)),
    Bad("version true", 422, "invalid-request", planning(template_version=True)),
]  # fmt: skip
HEADERS: Final = [
    Bad("no idempotency key", 400, "idempotency-key-missing", SIGNATURE, drop=("Idempotency-Key",)),
    Bad("an empty idempotency key", 400, "malformed-header", SIGNATURE, headers={"Idempotency-Key": ""}),
    Bad("a key with spaces", 400, "malformed-header", SIGNATURE, headers={"Idempotency-Key": "a b"}),
    Bad("a key of 200 letters", 400, "malformed-header", SIGNATURE, headers={"Idempotency-Key": "a" * 200}),
    Bad("a stale version", 412, "stale-version", SIGNATURE, headers={"If-Match": '"9"'}),
    Bad("a version that is none", 400, "malformed-header", SIGNATURE, headers={"If-Match": "9"}),
    Bad("a weak version", 400, "malformed-header", SIGNATURE, headers={"If-Match": 'W/"1"'}),
    Bad("any version", 400, "malformed-header", SIGNATURE, headers={"If-Match": "*"}),
    Bad("a version of a hundred digits", 400, "malformed-header", SIGNATURE, headers={"If-Match": f'"{"9" * 100}"'}),
]
PLACES: Final = [
    Bad("somebody else's pledge, unseen", 404, "not-found", SIGNATURE, by="OTHER"),
    Bad("somebody else's pledge, seen", 403, "forbidden", SIGNATURE, by=MANAGER),
    Bad("a pledge signed by a program", 403, "forbidden", SIGNATURE, by=OFFICE),
    Bad("somebody else's refusal", 404, "not-found", path="/v1/pledges/{pledge}/refusal", by="OTHER"),
    Bad("a pledge that is none", 404, "not-found", SIGNATURE, path="/v1/pledges/NONE/signature"),
    Bad("a pledge with NUL", 422, "invalid-request", SIGNATURE, path="/v1/pledges/%00/signature"),
    Bad("a pledge of 300 letters", 422, "invalid-request", SIGNATURE, path=f"/v1/pledges/{'a' * 300}/signature"),
    Bad("a pledge in another script", 422, "invalid-request", SIGNATURE, path=f"/v1/pledges/{quote('誓約')}/signature"),
    Bad("a place that is none", 404, "not-found", SIGNATURE, path="/v1/nothing"),
    Bad("a method that is none here", 405, "method-not-allowed", SIGNATURE, method="PUT"),
    Bad("a plan by somebody who may not", 403, "forbidden", planning(), path="/v1/pledge-campaigns"),
    Bad("a view that is none", 404, "not-found", path="/v1/views/event/rebuild", by=OFFICE),
    Bad("a parked stream of 5,000 letters", 404, "not-found", path=f"/v1/parked/{'a' * 5000}/retry", by=OFFICE),
]
REASONS: Final = [
    Bad("a number in a reason", 422, "national-id-number", {"reason": f"typed {NUMBER} by mistake"}),
    Bad("a number in groups", 422, "national-id-number", {"reason": f"typed {HYPHENED} by mistake"}),
    Bad("a number in full width", 422, "national-id-number", {"reason": f"番号{FULL_WIDTH}を誤記"}),
    Bad("a reason with NUL", 422, "invalid-request", {"reason": "sent\x00twice"}),
    Bad("an empty reason", 422, "invalid-request", {"reason": ""}),
    Bad("a reason of 501 letters", 422, "invalid-request", {"reason": "x" * 501}),
    Bad("no reason", 422, "invalid-request", {}),
]
FOREIGN: Final = cursor.encode(("a",), "/v1/parked?")
QUESTIONS: Final = [
    Bad("an unknown parameter", 422, "invalid-request", path="/v1/pledges?unit=C01-D07"),
    Bad("a parameter twice", 422, "invalid-request", path="/v1/pledges?fy=FY2017&fy=FY2018"),
    Bad("no items", 422, "invalid-request", path="/v1/pledges?limit=0"),
    Bad("201 items", 422, "invalid-request", path="/v1/pledges?limit=201"),
    Bad("many items in words", 422, "invalid-request", path="/v1/pledges?limit=many"),
    Bad("a state that is none", 422, "invalid-request", path="/v1/pledges?state=forgotten"),
    Bad("a person with a quote", 422, "invalid-request", path="/v1/pledges?person_id=%27%3B--"),
    Bad("a person with NUL", 422, "invalid-request", path="/v1/pledges?person_id=%00"),
    Bad("a cursor that is none", 400, "malformed-cursor", path="/v1/pledges?cursor=abc"),
    Bad("the cursor of another list", 400, "malformed-cursor", path=f"/v1/pledges?cursor={FOREIGN}"),
    Bad("a token that is none", 400, "malformed-header", path="/v1/pledges", headers={"Wait-For": "soon"}),
    Bad("an ETag that is none", 400, "malformed-header", path="/v1/pledges/{pledge}", headers={"If-None-Match": "1"}),
    Bad("a year that is missing", 422, "invalid-request", path="/v1/completion"),
    Bad("a year that is none", 422, "invalid-request", path="/v1/completion?fy=17"),
]  # fmt: skip
CASES: Final = [
    *MALFORMED,
    *FIELDS,
    *(Bad(each.name, each.status, each.slug, each.body, "/v1/pledge-target-countries", by=MANAGER) for each in DATES),
    *(Bad(each.name, each.status, each.slug, each.body, "/v1/pledge-campaigns", by=MANAGER) for each in CAMPAIGNS),
    *HEADERS,
    *PLACES,
    *(Bad(each.name, each.status, each.slug, each.body, DISCARD, by=OFFICE) for each in REASONS),
    *(Bad(each.name, each.status, each.slug, None, each.path, "GET", headers=each.headers) for each in QUESTIONS),
]


@pytest.fixture(scope="module")
async def pledge(house: House) -> str:
    """SIGNER's; OTHER works beside him, and something unreadable is parked."""
    tell(house, hired(LONG_AGO, person=SIGNER), hired(LONG_AGO, person="OTHER"))
    house.hr.publish("person/UNREADABLE", b"{}")
    await house.settled()
    return await pledge_of(house, SIGNER)


async def send(house: House, pledge: str, bad: Bad) -> httpx.Response:
    content = bad.body if isinstance(bad.body, bytes) else json.dumps(bad.body).encode()
    headers = {"Idempotency-Key": "a-fresh-key", "Content-Type": "application/json"} | dict(bad.headers)
    kept = {name: value for name, value in headers.items() if name not in bad.drop}
    body = {} if bad.body is None else {"content": content}
    return await house.ask(bad.method, bad.path.format(pledge=pledge), house.token(bad.by), headers=kept, **body)


def assert_problem(answer: httpx.Response, status: int, slug: str) -> None:
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:500]
    document = answer.json()
    assert (answer.status_code, document["type"]) == (status, f"/problems/{slug}"), document
    assert document["status"] == status
    assert document["title"]


@pytest.mark.parametrize("bad", CASES, ids=str)
async def test_it_is_refused_and_nothing_is_written(house: House, pledge: str, bad: Bad) -> None:
    before = await house.written()
    answer = await send(house, pledge, bad)
    assert_problem(answer, bad.status, bad.slug)
    assert await house.written() == before
    assert SECRET not in answer.text
    assert not any(number in answer.text for number in (NUMBER, HYPHENED, FULL_WIDTH))


@pytest.mark.parametrize("slug", sorted({case.slug for case in CASES}))
async def test_the_type_leads_to_a_page_that_says_what_to_do(house: House, slug: str) -> None:
    page = await house.ask("GET", f"/problems/{slug}", None)
    assert page.status_code == 200
    assert page.json()["cure"]


@pytest.mark.parametrize("bad", [case for case in FIELDS if case.slug == "invalid-request"], ids=str)
async def test_what_is_wrong_with_a_field_is_said_at_the_field(house: House, pledge: str, bad: Bad) -> None:
    errors = (await send(house, pledge, bad)).json()["errors"]
    pointers = {error["pointer"].lstrip("/") for error in errors}
    assert pointers <= {*SIGNATURE, "signed_by"}
    assert all(error["detail"] for error in errors)


async def test_a_body_that_does_not_say_how_large_it_is_is_refused_when_it_is_too_large(
    house: House, pledge: str
) -> None:
    async def endless() -> Any:
        for _ in range(300):
            yield b" " * 1024

    before = await house.written()
    answer = await house.ask(
        "POST",
        SIGN_IT.format(pledge=pledge),
        house.token(SIGNER),
        content=endless(),
        headers={"Idempotency-Key": "endless", "Content-Type": "application/json"},
    )
    assert_problem(answer, 413, "content-too-large")
    assert await house.written() == before


async def test_a_key_with_another_body_is_refused(house: House, pledge: str) -> None:
    good = await house.post(MANAGER, "/v1/pledge-target-countries", COUNTRY, key="one-key")
    assert good.status_code == 201
    await house.settled()
    before = await house.written()
    other = await house.post(MANAGER, "/v1/pledge-target-countries", COUNTRY | {"country": "TH"}, key="one-key")
    assert_problem(other, 422, "idempotency-key-reused")
    assert await house.written() == before


FORGED: Final = [
    ("/v1/pledges", ("\x00",)),
    ("/v1/pledges", (7,)),
    ("/v1/pledges", ()),
    ("/v1/pledges", ("a" * 900,)),
    ("/v1/parked", ("\x00", "\x00")),
    ("/v1/parked", ("a",)),
    ("/v1/parked", ()),
]
"""Each with a checksum as it should be, but keys that this list never gave."""


@pytest.mark.parametrize(("path", "keys"), FORGED, ids=lambda value: ascii(value)[:20])
async def test_a_forged_cursor_breaks_nothing(house: House, path: str, keys: tuple[Any, ...]) -> None:
    answer = await house.get(OFFICE, path, params={"cursor": cursor.encode(keys, f"{path}?")})
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize("deed", ["retry", "discard"])
async def test_a_parked_stream_with_nul_breaks_nothing(house: House, deed: str) -> None:
    body = {"reason": "sent twice by mistake"} if deed == "discard" else None
    answer = await house.post(OFFICE, f"/v1/parked/person/%00/{deed}", body)
    assert answer.status_code < 500, answer.text


# --- who calls --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> DevIssuer:
    """Signs with keys of its own, and says it was our issuer."""
    return DevIssuer(ISSUER, Path(tmp_path_factory.mktemp("stranger")), "daicho")


def encoded(part: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = token.split(".")
    return json.loads(decoded(header)), json.loads(decoded(claims))


def decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def tokens(house: House, stranger: DevIssuer) -> dict[str, str | None]:
    """What is no access token of ours, by what is wrong with it."""
    good = house.token(SIGNER)
    header, claims = parts_of(good)
    sign = house.issuer.sign
    foreign_header, _ = parts_of(stranger.token(TokenRequest(sub=SIGNER)))
    return {
        "none at all": None,
        "empty": "",
        "no token": "hello",
        "without a signature": good.rpartition(".")[0] + ".",
        "with a broken signature": good[:-8] + "AAAAAAAA",
        "of nobody's algorithm": f"{encoded(header | {'alg': 'none'})}.{encoded(claims)}.",
        "of nobody's algorithm, signed": f"{encoded(header | {'alg': 'none'})}.{encoded(claims)}.AAAA",
        "without the key's id": sign({"alg": "RS256", "typ": "at+jwt"}, claims),
        "of another kind": sign(header | {"typ": "JWT"}, claims),
        "expired": sign(header, claims | {"iat": claims["iat"] - 7200, "exp": claims["iat"] - 3600}),
        "not yet valid": sign(header, claims | {"iat": claims["iat"] + 3600, "exp": claims["exp"] + 3600}),
        "that lives for years": sign(header, claims | {"exp": claims["exp"] + 10**8}),
        "for somebody else's service": sign(header, claims | {"aud": "payroll"}),
        "of an issuer nobody knows": sign(header, claims | {"iss": "http://elsewhere.example.com"}),
        "without an expiry": sign(header, {name: claims[name] for name in claims if name != "exp"}),
        "of a foreign key": stranger.token(TokenRequest(sub=SIGNER)),
        "of a foreign key under our key's id": stranger.sign(foreign_header | {"kid": header["kid"]}, claims),
        "for a subject that is no id": sign(header, claims | {"sub": "P1' OR 1=1"}),
        "of 9,000 letters": good + "A" * 9000,
    }


WRONG_TOKENS: Final = (
    "none at all", "empty", "no token", "without a signature", "with a broken signature", "of nobody's algorithm",
    "of nobody's algorithm, signed", "without the key's id", "of another kind", "expired", "not yet valid",
    "that lives for years", "for somebody else's service", "of an issuer nobody knows", "without an expiry",
    "of a foreign key", "of a foreign key under our key's id", "for a subject that is no id", "of 9,000 letters",
)  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG_TOKENS)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_token_that_proves_nothing_is_refused(
    house: House, stranger: DevIssuer, pledge: str, wrong: str, method: str
) -> None:
    before = await house.written()
    token = tokens(house, stranger)[wrong]
    path = SIGN_IT.format(pledge=pledge) if method == "POST" else "/v1/pledges"
    options = {"json": SIGNATURE, "headers": {"Idempotency-Key": "a-key"}} if method == "POST" else {}
    answer = await house.ask(method, path, token, **options)
    assert_problem(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert answer.json()["detail"]
    assert await house.written() == before


async def test_after_all_this_the_pledge_can_still_be_signed(house: House, pledge: str) -> None:
    answer = await house.post(SIGNER, SIGN_IT.format(pledge=pledge), SIGNATURE)
    assert (answer.status_code, answer.json()["state"]) == (200, "signed")
