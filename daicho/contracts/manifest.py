"""The digests of the frozen samples, as `sha256sum` writes and checks them. Lines are added, never changed."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from daicho.contracts.files import CHECKOUT

SAMPLES: Final = "shared/events/samples"
NAME: Final = "SHA256SUMS"


def read(text: str) -> dict[str, str]:
    """Digests by file name."""
    return {name: digest for digest, name in (line.split("  ") for line in text.splitlines())}


def listed(root: Path = CHECKOUT) -> dict[str, str]:
    path = root / SAMPLES / NAME
    return read(path.read_text()) if path.exists() else {}


def present(root: Path = CHECKOUT) -> dict[str, str]:
    """What the samples' digests really are."""
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in (root / SAMPLES).glob("*.json")}


def extended(root: Path = CHECKOUT) -> str:
    """The manifest with lines for new samples; those it has stay, so an edited sample does not go unnoticed."""
    lines = sorted({**present(root), **listed(root)}.items())
    return "".join(f"{digest}  {name}\n" for name, digest in lines)


def broken(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    """The samples that were edited or taken away between the two."""
    return (name for name, digest in before.items() if after.get(name) != digest)
