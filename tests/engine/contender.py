"""A process that takes the lock of a workflow and keeps it until its standard input ends: KIND URL WORKFLOW LEASE."""

from __future__ import annotations

import os
import sys

from runner.core.errors import Locked
from runner.core.run_lock import Holder
from runner.engine.lock import Lock
from tests.engine.lock_place import open_store


def main(kind: str, url: str, workflow: str, lease: str) -> None:
    """Say "held", or "locked" when another one has it, and "lost" as soon as it is seen to be."""
    holder = Holder("ada", "laptop", os.getpid(), "3f2a", "apply", "2026-02-03T04:05:06Z")
    lock = Lock(open_store(kind, url), workflow, holder, lease=float(lease))
    lock.on_loss = lambda: print("lost", flush=True)
    try:
        for _ in lock.acquire(timeout=0):
            pass
    except Locked:
        print("locked", flush=True)
        return
    print("held", flush=True)
    sys.stdin.read()
    lock.release()


if __name__ == "__main__":
    main(*sys.argv[1:])
