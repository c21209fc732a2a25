"""Apache Kafka's jar files: fetched once by jgo, compared with the committed digests, kept in a cache."""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from daicho.embedded.faults import StackFault, cure_of, log_tail
from daicho.embedded.locks import locked
from daicho.embedded.process import spawn, wait_until

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
VERSION = "4.1.2"
DIGESTS = HERE / "kafka.sha256"
DOWNLOAD_SECONDS = 900
SAY_EVERY_SECONDS = 2.0


def cache_folder() -> Path:
    """`.cache/` of the checkout; the user's own where somebody else's checkout has none and cannot be written."""
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "daicho"
    shared = CHECKOUT / ".cache"
    return shared if (shared / f"kafka-{VERSION}").exists() or os.access(CHECKOUT, os.W_OK) else own


def expected() -> dict[str, str]:
    """File name → SHA-256."""
    pairs = (line.split() for line in DIGESTS.read_text().splitlines())
    return {name: digest for digest, name in pairs}


def kafka_jars(say: Callable[[str], None]) -> Path:
    """The folder with Kafka's jars, downloaded when this is the first start on the machine."""
    folder = cache_folder() / f"kafka-{VERSION}"
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_name(f"{folder.name}.lock")):
        if not folder.exists():
            _download(folder, say)
    return folder


def main() -> None:
    """Run as `python -m daicho.embedded.jars`: fetch now, so that no test waits. A given broker needs nothing."""
    if not os.environ.get("DAICHO_KAFKA_BOOTSTRAP_SERVERS"):
        try:
            kafka_jars(_say)
        except StackFault as fault:
            sys.exit(str(fault))


def _download(folder: Path, say: Callable[[str], None]) -> None:
    """Into a side folder, renamed when whole: an interrupted download leaves nothing that looks finished."""
    for abandoned in folder.parent.glob("download-*/"):
        shutil.rmtree(abandoned, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="download-") as name:
        workshop = Path(name)
        _run_jgo(workshop, say)
        fresh = workshop / "fresh"
        fresh.mkdir()
        for jar in (workshop / "resolved").rglob("*.jar"):
            shutil.copyfile(jar, fresh / jar.name)
        _verify(fresh)
        fresh.rename(folder)


def _run_jgo(workshop: Path, say: Callable[[str], None]) -> None:
    shutil.copyfile(HERE / "jgo.toml", workshop / "jgo.toml")
    where = ["--repo-cache", str(workshop / "repository"), "--cache-dir", str(workshop / "resolved")]
    how = ["--resolver", "python", "--class-path-only", "--links", "copy", "--timeout", "60", "--color", "plain"]
    log = cache_folder() / "download.log"
    child = spawn([sys.executable, "-m", "jgo", *how, *where, "sync"], log=log, env=_with_certificates(), cwd=workshop)
    try:
        _follow(lambda: not child.alive(), workshop, say)
    finally:
        child.kill()
    if child.exit_code != 0:
        raise StackFault(
            f"Apache Kafka could not be downloaded:\n{log_tail(log, 3)}",
            cure_of(
                log_tail(log), "check the network or HTTPS_PROXY and start again, or set DAICHO_KAFKA_BOOTSTRAP_SERVERS"
            ),
        )


def _with_certificates() -> dict[str, str]:
    """Jgo asks only `REQUESTS_CA_BUNDLE`: whoever told pip or OpenSSL about a proxy's certificate has told jgo too."""
    told = (os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "PIP_CERT"))
    bundle = next((path for path in told if path), None)
    return {**os.environ, **({"REQUESTS_CA_BUNDLE": bundle} if bundle else {})}


def _follow(finished: Callable[[], bool], workshop: Path, say: Callable[[str], None]) -> None:
    say(f"downloading Apache Kafka {VERSION} (44 MB, once)")
    for _ in range(int(DOWNLOAD_SECONDS / SAY_EVERY_SECONDS)):
        if wait_until(finished, seconds=SAY_EVERY_SECONDS):
            return
        jars = {jar.name: jar.stat().st_size for jar in workshop.rglob("*.jar")}
        megabytes = sum(jars.values()) / 1e6
        say(f"downloading Apache Kafka {VERSION}: {len(jars)}/{len(expected())} files, {megabytes:.0f} MB")


def _verify(folder: Path) -> None:
    wanted = expected()
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.glob("*.jar")}
    wrong = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if wrong:
        raise StackFault(
            f"downloaded files differ from the committed digests: {', '.join(wrong)}",
            f"start again; if it stays so, something on the way changes them: see {DIGESTS.name}",
        )


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
