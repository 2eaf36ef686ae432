"""Runs a command and prints what it cost; started by cost.py as a script, and as small as can be.

Linux counts to a process's peak what its parent held when it forked. So the peak of a command that the bench itself
started would be the bench's own; this one's is below any Python program's.
"""

from __future__ import annotations

import os
import sys
import time


def main(command: list[str]) -> int:
    """Print seconds of wall clock and of processor and the peak in bytes; the command's output goes to stderr."""
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
    _, status, usage = os.wait4(child, 0)
    print(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
