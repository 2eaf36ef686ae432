"""Reading of an engine's stream without blocking on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from runner.core.progress_update import ProgressCallback, ProgressUpdate

_TICK = 0.5
"""Seconds without data after which `watch` is called, which may raise to stop."""


def read_stream(open_stream: Callable[[], Iterable[Any]], watch: ProgressCallback) -> Iterator[Any]:
    """Yield the records of a stream; while none arrive, or it is not yet open, call `watch`, which may raise.

    The stream is opened and read in a thread of its own. An abandoned one ends with the connection, and with it the
    engine's work.
    """
    received: SimpleQueue[tuple[str, Any]] = SimpleQueue()

    def read() -> None:
        try:
            for record in open_stream():
                received.put(("record", record))
            received.put(("end", None))
        except BaseException as error:  # re-raised in the reader's thread
            received.put(("error", error))

    Thread(target=read, name="engine-stream", daemon=True).start()
    while True:
        try:
            what, value = received.get(timeout=_TICK)
        except Empty:
            watch(ProgressUpdate())
            continue
        if what == "error":
            raise value
        if what == "end":
            return
        yield value
