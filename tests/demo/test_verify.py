from daicho.demo.verify import ARCHIVE, KAFKA, TABLE, Holding, Verdict, agreement, line_of, line_of_record

BODY = b'{"id":"e1","streamversion":2,"data":{}}'
LINE = line_of("pledge/1", 2, BODY)
OTHER = line_of("pledge/2", 1, b"{}")


def holding(*lines: str, records: int | None = None) -> Holding:
    return Holding(frozenset(lines), len(lines) if records is None else records)


def test_a_row_and_the_record_made_of_it_are_the_same_line() -> None:
    assert line_of_record(b"pledge/1", BODY) == LINE


def test_a_foreign_event_goes_by_its_id() -> None:
    assert line_of_record(b"person/P1", b'{"id":"e9"}') == line_of("person/P1", "e9", b'{"id":"e9"}')


def test_what_can_not_be_read_is_compared_by_its_bytes() -> None:
    assert line_of_record(b"person/P1", b"{") == line_of("person/P1", "", b"{")
    assert line_of_record(None, None) == line_of("", "", b"")


def test_equal_places_agree_and_have_one_digest() -> None:
    found = agreement("training.events", {each: holding(LINE, OTHER) for each in (TABLE, KAFKA, ARCHIVE)})
    assert found.agrees
    assert len(set(found.digests.values())) == 1


def test_a_repeated_record_makes_no_difference_where_everybody_has_it() -> None:
    places = {TABLE: holding(LINE), KAFKA: holding(LINE, records=2), ARCHIVE: holding(LINE, records=2)}
    assert agreement("training.events", places).agrees


def test_a_record_that_the_archive_missed_is_told() -> None:
    places = {KAFKA: holding(LINE, records=2), ARCHIVE: holding(LINE, records=1)}
    assert agreement("hr.events", places).difference == "2 records in Kafka, 1 in the archive"


def test_a_changed_byte_is_found_and_named() -> None:
    changed = line_of("pledge/1", 2, BODY + b" ")
    places = {TABLE: holding(LINE, OTHER), KAFKA: holding(LINE, OTHER), ARCHIVE: holding(changed, OTHER)}
    found = agreement("training.events", places)
    assert not found.agrees
    assert found.difference is not None
    assert found.difference.startswith("pledge/1 2 ")
    assert not Verdict((found,)).agrees
    assert str(Verdict((found,)).difference).startswith("training.events: pledge/1 2 ")
