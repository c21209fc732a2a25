"""What may be asked of the command, before anything is started."""

import sys

import pytest

from benchmarks.__main__ import CONTESTS, PAGE, main
from benchmarks.table import BEGIN, END


@pytest.mark.parametrize("arguments", ["relay", "--rounds 4", " ".join(list(CONTESTS)[1:])])
def test_the_page_is_not_written_from_half_a_run(arguments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--write", *arguments.split()])
    with pytest.raises(SystemExit, match="2"):
        main()


def test_a_path_that_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", "everything"])
    with pytest.raises(SystemExit, match="2"):
        main()


def test_the_page_names_every_path_and_has_a_place_for_what_is_measured() -> None:
    page = PAGE.read_text()
    assert [path for path in CONTESTS if f"| `{path}` |" not in page] == []
    assert page.count(BEGIN) == page.count(END) == 1
