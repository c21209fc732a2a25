"""Run as `python -m`: tells what it finds, or ends in one way or another."""

import atexit
import os
import sys
import threading
import time

if __name__ == "__main__":
    match sys.argv[1]:
        case "who":
            pid, parent, threads = os.getpid(), os.getppid(), threading.active_count()
            print(f"pid {pid} session {os.getsid(0)} parent {parent} threads {threads}")  # noqa: T201
        case "environment":
            print(sorted(os.environ))  # noqa: T201
        case "leave":
            atexit.register(print, "said at the end")
            sys.exit(7)
        case "fail":
            print(1 / 0)  # noqa: T201
        case "sleep":
            time.sleep(1000)
