"""Run as a script: `watchdog.py PID SIGNAL`. Signals PID when standard input closes without the word `done`."""

import contextlib
import os
import sys


def main() -> None:
    pid, signum = int(sys.argv[1]), int(sys.argv[2])
    if sys.stdin.buffer.read() != b"done":
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signum)


if __name__ == "__main__":
    main()
