"""Run as a script: promise to end with the parent, then become the wanted program.

`python -I -S launcher.py SIGNAL PARENT program argument…`. A wrapper and not `preexec_fn`, since Python code
between fork and exec may deadlock in a process with threads.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    signum, parent, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum)
    if os.getppid() != parent:
        sys.exit("the parent ended while this program was being started")
    os.execvp(program[0], program)  # noqa: S606 - becoming another program is this file's only purpose


if __name__ == "__main__":
    main()
