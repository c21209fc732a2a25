"""Run as a script: promise to end with the parent, then become the wanted program.

`python -I -S launcher.py SIGNAL PARENT USER program argument…`; USER is a uid to change to, or `-`. A wrapper and not
`preexec_fn`, since Python code between fork and exec may deadlock in a process with threads; and not Popen's `user`,
since that user may have no access to this interpreter.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1


def become(uid: int) -> None:
    """Before the promise: a change of user revokes it."""
    gid = pwd.getpwuid(uid).pw_gid
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def promise(signum: int, parent: int) -> None:
    """From now on the kernel sends us `signum` when the parent ends; if it has ended already, so do we."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum)
    if os.getppid() != parent:
        sys.exit("the parent ended while this program was being started")


def main() -> None:
    signum, parent, user, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    if user != "-":
        become(int(user))
    promise(signum, parent)
    os.execvp(program[0], program)  # noqa: S606 - becoming another program is this file's only purpose


if __name__ == "__main__":
    main()
