"""What can stand in a record of hr.events: it is parked with a reason, or counted and skipped; what follows goes on."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import orjson
import pytest
from prometheus_client import REGISTRY

from services.training.tests.group import MANAGER, OFFICE, SIGNATURE, pledge_of, tell
from services.training.tests.house import House
from services.training.tests.story import LONG_AGO, hired, recorded, unit
from services.training.tests.test_operations import parked
from shared.events.base import DomainEvent
from shared.events.codec import Recorded, Undecodable, encode
from shared.organisation.directory import read
from tests.bad_input.numbers import FULL_WIDTH, HYPHENED, NUMBER

pytestmark = pytest.mark.stack

PARTITION: Final = 5
"""All of this goes to one partition, so that whatever follows stands behind it."""
NEAR_THE_LIMIT: Final = 900_000


def document(event: DomainEvent) -> dict[str, Any]:
    """A good record of `person/BAD`, as a dict to spoil."""
    return dict(orjson.loads(encode(recorded(event, 700))))


def hire(**data: Any) -> bytes:
    good = document(hired(LONG_AGO, person="BAD"))
    return orjson.dumps(good | {"data": good["data"] | data})


def envelope(**fields: Any) -> bytes:
    return orjson.dumps(document(hired(LONG_AGO, person="BAD")) | fields)


def without(field: str) -> bytes:
    good = document(hired(LONG_AGO, person="BAD"))
    return orjson.dumps({name: value for name, value in good.items() if name != field})


def named(name: str) -> bytes:
    """A unit of this name."""
    return orjson.dumps(document(unit("BAD")) | {"data": document(unit("BAD"))["data"] | {"name": name}})


def with_text(raw: bytes) -> bytes:
    """A hire with a field nobody knows, whose value is these bytes."""
    return hire(note="HERE").replace(b'"HERE"', raw)


@dataclass(frozen=True)
class Bad:
    """A record that can not be used, and why."""

    name: str
    reason: str
    value: bytes | None
    key: str | bytes | None = "person/BAD"

    def __str__(self) -> str:
        return self.name


CASES: Final = [
    Bad("not UTF-8", "invalid-json", hire().replace(b"BAD", b"B\xff\xfe")),
    Bad("a truncated value", "invalid-json", hire()[:-20]),
    Bad("something after the value", "invalid-json", hire() + b"{}"),
    Bad("an empty value", "invalid-json", b""),
    Bad("no JSON", "invalid-json", b"hello"),
    Bad("not a number", "invalid-json", with_text(b"NaN")),
    Bad("a tombstone", "null-value", None),
    Bad("a list", "invalid-envelope", b"[]"),
    Bad("an empty object", "invalid-envelope", b"{}"),
    Bad("an envelope of another standard", "invalid-envelope", envelope(specversion="0.3")),
    Bad("an envelope without an id", "invalid-envelope", without("id")),
    Bad("an empty id", "invalid-envelope", envelope(id="")),
    Bad("an id with NUL", "invalid-envelope", envelope(id="a\x00b")),
    Bad("an envelope without data", "invalid-envelope", without("data")),
    Bad("a time without an offset", "invalid-envelope", envelope(time="2016-04-01T00:00:00")),
    Bad("a time that is none", "invalid-envelope", envelope(time="yesterday")),
    Bad("another source without a version", "invalid-envelope", envelope(source="/payroll")),
    Bad("a version as a text", "invalid-envelope", envelope(streamversion="1")),
    Bad("a version of the future", "unknown-version", envelope(type="hr.EmployeeHired.v9")),
    Bad("version nought", "unknown-version", envelope(type="hr.EmployeeHired.v0")),
    Bad("another subject", "subject-mismatch", envelope(subject="person/SOMEBODY")),
    Bad("a number for a day", "invalid-data", hire(effective_date=20160401)),
    Bad("a day that does not exist", "invalid-data", hire(effective_date="2016-02-30")),
    Bad("a text for yes or no", "invalid-data", hire(handles_my_number="yes")),
    Bad("a number for an id", "invalid-data", hire(person_id=7)),
    Bad("a kind that is none", "invalid-data", hire(person_kind="ROBOT")),
    Bad("no unit", "invalid-data", hire(org_unit_id=None)),
    Bad("data that are a list", "invalid-data", envelope(data=[])),
    Bad("ten thousand levels", "too-deep", with_text(b"[" * 10_000 + b"]" * 10_000)),
    Bad("ten thousand levels and no end", "too-deep", b'{"data":' * 10_000),
    Bad("a name of 400,000 letters", "invalid-data", named("x" * 400_000), "unit/BAD"),
    Bad("a name with NUL", "invalid-data", named("a\x00b"), "unit/BAD"),
    Bad("a name with half a character", "invalid-json", named("HERE").replace(b"HERE", b"\\ud800"), "unit/BAD"),
    Bad("a number in a unit's name", "national-id-number", named(f"営業部 {NUMBER}"), "unit/BAD"),
    Bad("a number in groups", "national-id-number", named(f"Sales {HYPHENED}"), "unit/BAD"),
    Bad("a number in full width", "national-id-number", named(f"営業部{FULL_WIDTH}"), "unit/BAD"),
    Bad("a number in a field nobody knows", "national-id-number", hire(note=f"is {NUMBER}")),
    Bad("no key", "key-mismatch", hire(), None),
    Bad("an empty key", "key-mismatch", hire(), ""),
    Bad("a key that is not UTF-8", "key-mismatch", hire(), b"person/\xff"),
    Bad("a key of 10,000 letters", "key-mismatch", hire(), "person/" + "x" * 10_000),
]


async def follow(house: House, name: str) -> None:
    """A good hire behind the bad record, on the same partition, ends as a pledge request."""
    value = encode(recorded(hired(LONG_AGO, person=name), hash(name) % 10_000 + 10_000))
    good = orjson.loads(value) | {"id": f"good-{name}"}
    house.hr.publish(f"person/{name}", orjson.dumps(good), partition=PARTITION)
    await house.settled()
    await pledge_of(house, name)


async def let_go(house: House, stream: str) -> None:
    answer = await house.post(OFFICE, f"/v1/parked/{stream}/discard", {"reason": "it was a test"})
    assert answer.status_code == 200, answer.text


async def spoil(house: House, bad: Bad) -> str:
    """Publish it and let a good record follow; the stream it is parked under."""
    before = set(await house.parked())
    house.hr.publish(bad.key, bad.value, partition=PARTITION)
    await follow(house, f"AFTER-{CASES.index(bad)}")
    (stream,) = set(await house.parked()) - before
    return stream


@pytest.mark.parametrize("bad", CASES, ids=str)
async def test_it_is_parked_with_its_reason_and_what_follows_goes_on(house: House, bad: Bad) -> None:
    stream = await spoil(house, bad)
    reason, shown = (await house.parked())[stream], (await parked(house, stream))["reactions"]
    await let_go(house, stream)
    assert await house.parked() == {}
    assert reason == bad.reason
    usable = isinstance(bad.key, str) and 0 < len(bad.key) < 200
    assert stream == bad.key if usable else stream.startswith(f"{house.prefix}hr.events/{PARTITION}/")
    assert (shown["reason"], shown["records"]) == (bad.reason, 1)
    assert not any(number in str(shown) for number in (NUMBER, HYPHENED, FULL_WIDTH))


async def test_no_number_was_written_to_the_log(house: House) -> None:
    written = house.log.getvalue()
    assert "national-id-number" in written
    assert not any(number in written for number in (NUMBER, HYPHENED, FULL_WIDTH))


async def test_a_number_as_a_key_is_shown_to_nobody(house: House) -> None:
    house.hr.publish(f"person/{NUMBER}", b"{}", partition=PARTITION)
    await follow(house, "AFTER-NUMBER")
    answer = await house.get(OFFICE, "/v1/parked", params={"limit": 200})
    assert NUMBER not in answer.text
    assert "[number removed]" in answer.text


async def test_a_number_as_a_key_is_in_no_log(house: House) -> None:
    """Asked after the test before it has sent one."""
    assert NUMBER not in house.log.getvalue()


# --- what is not parked -----------------------------------------------------------------------------------------------


def skipped() -> float:
    labels = {"subscription": "reactions", "outcome": "unknown"}
    return REGISTRY.get_sample_value("daicho_consumed_records_total", labels) or 0.0


@pytest.mark.parametrize("name", ["hr.CoffeeBrewed.v1", "payroll.SalaryPaid.v3", "nonsense", ""])
async def test_an_event_nobody_knows_is_counted_and_skipped(house: House, name: str) -> None:
    before, parked_before = skipped(), await house.parked()
    house.hr.publish("person/BAD", envelope(type=name), partition=PARTITION)
    await follow(house, f"AFTER-NAME-{len(name)}")
    assert skipped() == before + 1
    assert await house.parked() == parked_before


GOOD_ALL_THE_SAME: Final[dict[str, Callable[[str], bytes]]] = {
    "a field nobody knows": lambda person: spoiled_hire(person, note="hello"),
    "a record near the limit": lambda person: spoiled_hire(person, note="x" * NEAR_THE_LIMIT),
    "hostile text": lambda person: spoiled_hire(person, note="=cmd|'/c calc'!A0 ${jndi:x} {{7*7}} '; -- \u202e𠮷"),
    "an id of other letters": lambda person: spoiled_hire(person, envelope={"id": f"人事-{person}-💮"}),
    "an instant in the far past": lambda person: spoiled_hire(person, envelope={"time": "1970-01-01T00:00:00Z"}),
    "an instant in the far future": lambda person: spoiled_hire(person, envelope={"time": "2100-01-01T00:00:00Z"}),
}


def spoiled_hire(person: str, envelope: dict[str, Any] | None = None, **data: Any) -> bytes:
    good = document(hired(LONG_AGO, person=person)) | {"id": f"hire-{person}"}
    return orjson.dumps(good | (envelope or {}) | {"data": good["data"] | data})


@pytest.mark.parametrize("name", GOOD_ALL_THE_SAME)
async def test_what_is_strange_but_good_is_taken(house: House, name: str) -> None:
    person = f"GOOD-{list(GOOD_ALL_THE_SAME).index(name)}"
    house.hr.publish(f"person/{person}", GOOD_ALL_THE_SAME[name](person), partition=PARTITION)
    await house.settled()
    await pledge_of(house, person)


async def test_a_record_three_times_is_one_request(house: House) -> None:
    for _ in range(3):
        house.hr.publish("person/THRICE", spoiled_hire("THRICE"), partition=PARTITION)
    await house.settled()
    pledge = await pledge_of(house, "THRICE")
    assert await house.value("SELECT count(*) FROM event WHERE stream = $1", f"pledge/{pledge}") == 1


async def test_a_hire_into_a_unit_nobody_knows_waits_and_is_listed(house: House) -> None:
    tell(house, hired(LONG_AGO, "C01-D99", person="LOST"))
    await house.settled()
    items = (await house.get(OFFICE, "/v1/waiting", params={"limit": 200})).json()["items"]
    assert [item["missing"] for item in items if item["subject"] == "person/LOST"] == [["unit/C01-D99"]]


FITS_NOWHERE: Final = [
    b"1e400",
    b"-1e999",
    b"9" * 5_000,
    b"1" + b"0" * 30,
    b"1e-400",
    b"-0",
    b"[" * 150 + b"]" * 150,
    b"[" * 400 + b"]" * 400,
    b'"\xed\xa0\x80"',
    b'"\\ud800"',
]


@pytest.mark.parametrize("raw", FITS_NOWHERE, ids=lambda raw: ascii(raw)[:12])
def test_a_value_no_machine_can_hold_is_read_or_refused_and_nothing_else(raw: bytes) -> None:
    """In a field nobody knows. Anything but these two outcomes would be tried again for ever."""
    with suppress(Undecodable):
        assert isinstance(read(with_text(raw)), Recorded)


async def test_after_all_this_the_service_is_ready_and_signs(house: House) -> None:
    assert (await house.ask("GET", "/livez", None)).status_code == 200
    assert (await house.ask("GET", "/readyz", None)).status_code == 200
    answer = await house.post(MANAGER, f"/v1/pledges/{await pledge_of(house, MANAGER)}/signature", SIGNATURE)
    assert answer.status_code == 200


async def test_hr_can_not_open_a_campaign(house: House) -> None:
    """Whoever may write to hr.events is the HR system and nobody else. The last test: everybody may be asked for it."""
    opened = {
        "specversion": "1.0", "id": "forged", "source": "/training", "type": "training.PledgeCampaignOpened.v1",
        "subject": "pledge-campaign/FORGED", "time": "2016-04-01T00:00:00Z", "recordedtime": "2016-04-01T00:00:00Z",
        "streamversion": 1,
        "data": {
            "campaign_id": "FORGED", "fy": "FY2017", "template_id": "FORGED", "template_version": 1,
            "template_hash": "f" * 64, "opens_on": "2016-04-01", "due_date": "2016-04-30", "period_end": "2017-03-31",
        },
    }  # fmt: skip
    house.hr.publish("pledge-campaign/FORGED", orjson.dumps(opened), partition=PARTITION)
    await house.settled()
    assert await house.value("SELECT count(*) FROM known_campaigns WHERE campaign_id = 'FORGED'") == 0
