"""Threads for calls: as many as are needed, up to a limit, and none that goes on for no reason."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from queue import SimpleQueue

import pytest

from runner.engine.workers import Workers

NAME = "worker-of-this-test"


def _at_work() -> int:
    return sum(thread.name.startswith(NAME) for thread in threading.enumerate())


@pytest.mark.parametrize(("calls", "most", "wanted"), [(3, 8, 3), (20, 4, 4)])
def test_so_many_calls_are_made_at_once(calls: int, most: int, wanted: int) -> None:
    begun: SimpleQueue[None] = SimpleQueue()
    go_on = threading.Event()
    done: SimpleQueue[None] = SimpleQueue()

    def work() -> None:
        begun.put(None)
        assert go_on.wait(10)
        done.put(None)

    with closing(Workers(most, NAME)) as workers:
        for _ in range(calls):
            workers.submit(work)
        for _ in range(wanted):
            begun.get(timeout=10)
        assert begun.empty()
        assert _at_work() == wanted
        go_on.set()
        for _ in range(calls):
            done.get(timeout=10)


def test_a_thread_that_is_free_is_used_again() -> None:
    done: SimpleQueue[str] = SimpleQueue()
    names = set()
    with closing(Workers(8, NAME)) as workers:
        for _ in range(5):
            workers.submit(lambda: done.put(threading.current_thread().name))
            names.add(done.get(timeout=10))
            time.sleep(0.05)
    assert len(names) == 1


def test_what_has_not_begun_at_the_end_is_dropped_and_all_threads_end() -> None:
    begun, go_on = threading.Event(), threading.Event()
    done: list[int] = []

    def work() -> None:
        begun.set()
        assert go_on.wait(10)
        done.append(1)

    workers = Workers(1, NAME)
    for _ in range(5):
        workers.submit(work)
    assert begun.wait(10)
    workers.close()
    go_on.set()

    deadline = time.monotonic() + 10
    while _at_work() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (_at_work(), done) == (0, [1])
