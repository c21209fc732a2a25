"""As whom PostgreSQL runs: it refuses root, and a user without an entry in passwd."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from daicho.embedded.faults import StackFault


@dataclass(frozen=True)
class Identity:
    """`prefix` goes before the program; `user` is the uid to change to (the folder is given to it)."""

    prefix: tuple[str, ...] = ()
    user: int | None = None

    def own(self, folder: Path) -> None:
        if self.user is not None:
            os.chown(folder, self.user, -1)


@cache
def postgres_identity() -> Identity:
    """Ourselves; else somebody else inside a user namespace, which leaves the files ours; else, as root, nobody."""
    if os.geteuid() != 0 and _known(os.geteuid()):
        return Identity()
    nobody = _nobody()
    namespace = ("unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    if _works(namespace):
        return Identity(prefix=namespace)
    if os.geteuid() == 0:
        return Identity(user=nobody.pw_uid)
    raise StackFault(
        f"PostgreSQL does not start for user {os.geteuid()}: it has no name, and user namespaces are not allowed",
        "run as a user that `getent passwd` lists, or set DAICHO_DATABASE_URL to a PostgreSQL server",
    )


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _nobody() -> pwd.struct_passwd:
    others = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    if not others:
        raise StackFault("the machine knows no user but root", "add one (`useradd daicho`), PostgreSQL needs it")
    return next((entry for entry in others if entry.pw_name == "nobody"), others[0])


def _works(namespace: tuple[str, ...]) -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode == 0
