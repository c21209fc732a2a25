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
            sys.stdout.write(f"pid {pid} session {os.getsid(0)} parent {parent} threads {threads}\n")
        case "environment":
            sys.stdout.write(f"{sorted(os.environ)}\n")
        case "leave":
            atexit.register(sys.stdout.write, "said at the end\n")
            sys.exit(7)
        case "fail":
            sys.exit(str(1 / 0))
        case "sleep":
            time.sleep(1000)
