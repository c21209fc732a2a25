import random
import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.law.national_id import REDACTED, _found, check_digit, contains_national_id, redact
from shared.law.tests import slow_national_id

KNOWN = "123456789018"  # the specimen printed in guides
HOW_MANY = 10_000
Maker = Callable[[random.Random], str]


def individual_number(rng: random.Random) -> str:
    """By the ordinance's own words: P(n) the n-th digit from the right without the check digit, Q(n) its weight."""
    eleven = f"{rng.randrange(10**11):011d}"
    p = {n: int(eleven[-n]) for n in range(1, 12)}
    q = {n: n + 1 if n <= 6 else n - 5 for n in range(1, 12)}
    remainder = sum(p[n] * q[n] for n in range(1, 12)) % 11
    return eleven + str(0 if remainder <= 1 else 11 - remainder)


def joined(by: str, *sizes: int) -> Callable[[str], str]:
    def disguise(number: str) -> str:
        starts = [sum(sizes[:n]) for n in range(len(sizes))]
        return by.join(number[start : start + size] for start, size in zip(starts, sizes, strict=True))

    return disguise


def written_in(digits: str) -> Callable[[str], str]:
    return lambda number: number.translate(str.maketrans("0123456789", digits))


FULL_WIDTH = written_in("０１２３４５６７８９")
FOURS, THREES, ONES = (4, 4, 4), (3, 3, 3, 3), (1,) * 12

DISGUISES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "hyphens": joined("-", *FOURS),
    "blanks": joined(" ", *FOURS),
    "dots": joined(".", *FOURS),
    "threes": joined("-", *THREES),
    "threes with dots": joined(".", *THREES),
    "sixes": joined(" ", 6, 6),
    "twos": joined("-", *(2,) * 6),
    "every digit apart": joined(" ", *ONES),
    "every digit dotted": joined("・", *ONES),
    "uneven": joined("-", 5, 7),
    "full-width": FULL_WIDTH,
    "full-width with minus": lambda number: FULL_WIDTH(joined("−", *FOURS)(number)),
    "full-width with long vowel mark": lambda number: FULL_WIDTH(joined("ー", *FOURS)(number)),
    "full-width with ideographic blanks": lambda number: FULL_WIDTH(joined("　", *FOURS)(number)),
    "full-width dots": joined("．", *FOURS),
    "half-width middle dots": joined("･", *FOURS),
    "full stops": joined("。", *FOURS),
    "half-width full stops": joined("｡", *FOURS),
    "dashes": joined(" — ", *FOURS),
    "non-breaking hyphens": joined("\u2011", *FOURS),
    "no-break blanks": joined("\u00a0", *FOURS),
    "thin blanks": joined("\u2009", *FOURS),
    "tabs": joined("\t", *FOURS),
    "lines": joined("\r\n", *FOURS),
    "zero-width": joined("\u200b", *ONES),
    "zero-width and hyphens": joined("\u2060-\ufeff", *FOURS),
    "soft hyphens": joined("\u00ad", *ONES),
    "direction marks": joined("\u202d", *FOURS),
    "mixed": lambda number: f"{number[:4]}-{number[4:8]} {number[8:]}",
    "circled": written_in("⓪①②③④⑤⑥⑦⑧⑨"),
    "bold": written_in("𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"),
    "keycaps": joined("\ufe0f\u20e3", *ONES),
    "arabic-indic": written_in("٠١٢٣٤٥٦٧٨٩"),
    "glued to letters": lambda number: f"MN{number}kana",
    "in Japanese": lambda number: f"番号は{number}です。",
    "before a year": lambda number: f"番号は{joined(' ', *FOURS)(number)}。2017年度",
    "every digit apart before a year": lambda number: f"{joined(' ', *ONES)(number)} 2017",
    "after a year": lambda number: f"2017 {joined(' ', *FOURS)(number)}",
    "after a telephone number": lambda number: f"03-1234-5678 {number}",
    "after an item number": lambda number: f"１．{joined('-', *FOURS)(number)}",
    "in JSON": lambda number: f'{{"id":"{number}","n":3}}',
    "in a list": lambda number: f"1,2,{number},4",
}


@pytest.fixture(scope="module")
def numbers() -> list[str]:
    rng = random.Random(20160101)
    return [individual_number(rng) for _ in range(HOW_MANY)]


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
def test_ten_thousand_numbers_are_seen_through_the_disguise(disguise: Callable[[str], str], numbers: list[str]) -> None:
    assert [number for number in numbers if not contains_national_id(disguise(number))] == []


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
def test_redaction_leaves_no_digit_of_the_number_and_all_of_the_rest(disguise: Callable[[str], str]) -> None:
    written = disguise(KNOWN)
    clean = redact(f"住所録、{written}、第3棚")
    assert not contains_national_id(clean)
    assert REDACTED in clean
    assert clean.startswith("住所録、")
    assert clean.endswith("、第3棚")
    assert "5678" not in clean.replace("03-1234-5678", "")


def corporate_number(rng: random.Random) -> str:
    twelve = f"{rng.randrange(10**12):012d}"
    weighted = sum(int(twelve[-n]) * (1 if n % 2 else 2) for n in range(1, 13))
    return f"{9 - weighted % 9}{twelve}"


def card(rng: random.Random) -> str:
    fifteen = f"4{rng.randrange(10**14):014d}"
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(fifteen)]
    return fifteen + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def moment(rng: random.Random) -> datetime:
    return datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(30 * 365 * 86400))


def wrong_check_digit(rng: random.Random) -> str:
    number = individual_number(rng)
    return number[:-1] + str((int(number[-1]) + rng.randrange(1, 10)) % 10)


def digits(rng: random.Random, size: int) -> str:
    return f"{rng.randrange(10**size):0{size}d}"


def mobile(rng: random.Random, by: str) -> str:
    return by.join([f"0{rng.choice('5789')}0", digits(rng, 4), digits(rng, 4)])


def landline(rng: random.Random, by: str) -> str:
    area = rng.choice(["03", "06", "045", "0467", "04992"])
    return by.join([area, digits(rng, 6 - len(area)), digits(rng, 4)])


NOT_NUMBERS: dict[str, Maker] = {
    "corporate number": corporate_number,
    "corporate number with hyphens": lambda rng: joined("-", 1, *FOURS)(corporate_number(rng)),
    "corporate number with blanks": lambda rng: joined(" ", 1, *FOURS)(corporate_number(rng)),
    "invoice number": lambda rng: f"T{corporate_number(rng)}",
    "mobile": lambda rng: mobile(rng, ""),
    "mobile with hyphens": lambda rng: f"電話 {mobile(rng, '-')}、{mobile(rng, '-')}",
    "mobile and date": lambda rng: f"{mobile(rng, '-')} {moment(rng):%Y-%m-%d}",
    "two mobiles": lambda rng: f"{mobile(rng, '-')} {mobile(rng, '-')}",
    "landline": lambda rng: f"TEL:{landline(rng, '-')} FAX:{landline(rng, '-')}",
    "two landlines": lambda rng: f"{landline(rng, '-')} {landline(rng, '-')}",
    "landline with blanks": lambda rng: f"{landline(rng, ' ')} 内線{digits(rng, 4)}",
    "landline and extension": lambda rng: f"{landline(rng, '-')} {digits(rng, 2)}",
    "from abroad": lambda rng: f"+81 90 {digits(rng, 4)} {digits(rng, 4)}",
    "from abroad with hyphens": lambda rng: f"+81-90-{digits(rng, 4)}-{digits(rng, 4)}",
    "from abroad without plus": lambda rng: f"81-90-{digits(rng, 4)}-{digits(rng, 4)}",
    "from abroad in one": lambda rng: f"+8180{digits(rng, 8)}",
    "postal code and telephone": lambda rng: f"{digits(rng, 3)}-{digits(rng, 4)} {landline(rng, '-')}",
    "date": lambda rng: f"{moment(rng):%Y-%m-%d}",
    "period": lambda rng: f"{moment(rng):%Y-%m-%d} {moment(rng):%Y-%m-%d}",
    "period with dots": lambda rng: f"{moment(rng):%Y.%m.%d}-{moment(rng):%Y.%m.%d}",
    "Japanese date": lambda rng: f"{moment(rng):%Y年%m月%d日 %H時%M分%S秒}",
    "instant": lambda rng: moment(rng).isoformat(),
    "date and hour": lambda rng: f"{moment(rng):%Y-%m-%d %H%M}",
    "file name": lambda rng: f"report-{moment(rng):%Y%m%d-%H%M}.pdf",
    "file name to the second": lambda rng: f"{moment(rng):%Y%m%d%H%M%S}.log",
    "fiscal years": lambda rng: " ".join(str(rng.randrange(1990, 2031)) for _ in range(3)),
    "payment card": card,
    "payment card with hyphens": lambda rng: joined("-", 4, *FOURS)(card(rng)),
    "amounts": lambda rng: f"{rng.randrange(10**12):,} {rng.randrange(10**9):,}",
    "decimals": lambda rng: f"{rng.random() * 10:.5f} {rng.random() * 10:.5f}",
    "share": lambda rng: f"0.{digits(rng, 12)}",
    "wrong check digit": wrong_check_digit,
    "wrong check digit with hyphens": lambda rng: joined("-", *FOURS)(wrong_check_digit(rng)),
    "eleven digits": lambda rng: digits(rng, 11),
    "thirteen digits": lambda rng: digits(rng, 13),
    "sixteen digits": lambda rng: digits(rng, 16),
    "UUID": lambda rng: str(UUID(int=rng.getrandbits(128), version=4)),
    "SHA-256": lambda rng: f"{rng.getrandbits(256):064x}",
    "version": lambda rng: f"{rng.randrange(10, 99)}.{rng.randrange(10)}.{digits(rng, 5)}.{digits(rng, 4)}",
    "scores": lambda rng: " ".join(str(rng.randrange(10, 100)) for _ in range(10)),
    "ticks": lambda rng: " ".join(digits(rng, 1) for _ in range(31)),
    "slip numbers": lambda rng: f"S-{digits(rng, 6)}, S-{digits(rng, 6)}",
}


@pytest.mark.parametrize("make", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_fewer_than_one_in_a_thousand_of_other_numbers_is_refused(make: Maker) -> None:
    rng = random.Random(2017)
    refused = [text for text in (make(rng) for _ in range(2_000)) if contains_national_id(text)]
    assert len(refused) < 2, refused[:5]


@pytest.mark.parametrize("text", ["", "1", "顧客台帳の第2棚、2017年度分", "FY2017 (2016年度 2016-04-01..2017-03-31)"])
def test_ordinary_texts_pass_and_are_not_touched(text: str) -> None:
    assert not contains_national_id(text)
    assert redact(text) is text


def test_the_check_digit_of_the_known_specimen() -> None:
    assert check_digit(KNOWN[:-1]) == 8


@given(st.integers(0, 10**11 - 1))
def test_exactly_one_last_digit_makes_a_number(eleven: int) -> None:
    stem = f"{eleven:011d}"
    assert [d for d in "0123456789" if contains_national_id(stem + d)] == [str(check_digit(stem))]


MIXTURE = st.lists(
    st.sampled_from(
        [KNOWN, *"0123456789 -.。ー　１２\u200b\u20e3+x", "1234 ", "5678-", "9018", "2017-", "か", "\u3099"]
    ),
    max_size=60,
).map("".join)


@given(MIXTURE | st.text())
def test_redaction_is_complete_stable_and_touches_nothing_else(text: str) -> None:
    clean = redact(text)
    assert not contains_national_id(clean)
    assert redact(clean) == clean
    assert (clean == text) is not contains_national_id(text)


def test_several_numbers_in_one_text_are_all_removed() -> None:
    text = f"a {KNOWN} b １２３４－５６７８－９０１８ c {KNOWN} {KNOWN}"
    assert redact(text) == f"a {REDACTED} b {REDACTED} c {REDACTED} {REDACTED}"


def test_numbers_that_overlap_are_removed_together() -> None:
    assert redact("no. 1234 5678 9018 0000 ok") == f"no. {REDACTED} ok"


def test_what_is_left_beside_a_removed_number_is_looked_at_again() -> None:
    assert redact(f"12345 6789018 {KNOWN}") == f"{REDACTED} {REDACTED}"


DIGITS_IN_GROUPS = st.lists(
    st.tuples(
        st.sampled_from(["", "", "", "", "0", "00"]) | st.text("0123456789", max_size=6) | st.just("２０１６"),
        st.sampled_from(
            ["-", "-", " ", " ", ".", "", "", "--", " - ", ". ", "   ", "    ", "\u200b", "+", "x", "。", "ー"]
        ),
    ).map("".join),
    min_size=4,
    max_size=40,
).map("".join)
"""Rows of groups, dates, telephone and card numbers, with all sorts of joints."""


@settings(max_examples=3_000)
@given(DIGITS_IN_GROUPS | MIXTURE | st.text())
def test_every_answer_is_that_of_the_slow_detector(text: str) -> None:
    folded = unicodedata.normalize("NFKC", text)
    assert list(_found(folded)) == slow_national_id.places(folded)
    assert contains_national_id(text) == slow_national_id.contains(text)


@pytest.mark.parametrize("sizes", [(4, 4, 4), (3, 3, 3, 3), (2,) * 6, (1,) * 12, (6, 6), (5, 7), (12,), (4, 2, 2, 4)])
def test_numbers_in_all_surroundings_are_judged_as_the_slow_detector_does(sizes: tuple[int, ...]) -> None:
    """Many that end in the right check digit, in groups, between all sorts of neighbours."""
    rng = random.Random(12)
    edges = [
        "",
        " ",
        "-",
        ".",
        "x",
        "1 ",
        "1-",
        "1.",
        "12 ",
        "123 ",
        "1234 ",
        "1234-",
        "123456 ",
        "2016 ",
        "0.",
        "+",
        "   ",
    ]
    for _ in range(2_000):
        written = "".join(
            part + rng.choice([" ", "-", "."]) for part in joined("|", *sizes)(individual_number(rng)).split("|")
        )[:-1]
        text = rng.choice(edges) + written + rng.choice([edge[::-1] for edge in edges])
        assert list(_found(text)) == slow_national_id.places(text), text


SIZE = 64 * 1024
HARD_TEXTS = {
    "digits": "1",
    "digits and blanks": "1 ",
    "fours": "1234 ",
    "eleven at a time": "12345678901x",
    "hexadecimal": "a123456789012",
    "unseen": "1\u200b\u200b",
    "full-width": "１２３４ー",
    "plus": "+1-",
}


def seconds(text: str) -> float:
    started = time.process_time()
    contains_national_id(text)
    return time.process_time() - started


@pytest.mark.parametrize("piece", HARD_TEXTS.values(), ids=HARD_TEXTS)
def test_the_time_for_hostile_text_grows_with_its_length_only(piece: str) -> None:
    eighth = (piece * (SIZE // len(piece)))[: SIZE // 8]
    shorter = min(seconds(eighth + "z") for _ in range(3))
    longer = min(seconds(eighth * 8 + "z") for _ in range(2))
    assert longer < 8 * 2 * shorter + 0.05  # a quadratic search would need 64 times as long
