"""`python -m daicho.contracts` writes every contract; `--check` only says which differ, and fails if any does."""

import argparse
import sys
from pathlib import Path

from daicho.contracts.files import CHECKOUT, differences, write
from daicho.contracts.kinds import KINDS, generated


def main(arguments: list[str], root: Path = CHECKOUT) -> int:
    """The exit code; `root` is the checkout that is read and written."""
    parser = argparse.ArgumentParser(prog="daicho.contracts", description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []], help="only these kinds; all without")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if something would change")
    asked = parser.parse_args(arguments)
    changes = differences(generated(asked.kinds or KINDS, root), root)
    for change in changes:
        sys.stdout.write(f"{change}\n")
    if asked.check:
        return 1 if changes else 0
    write(changes, root)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
