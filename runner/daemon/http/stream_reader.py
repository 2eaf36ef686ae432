"""Reading an engine's stream without being held by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from runner.core.gateway import ProgressCallback, ProgressUpdate

_TICK = 0.5
"""Seconds of silence after which `watch` is asked whether to go on."""


def read_stream(open_stream: Callable[[], Iterable[Any]], watch: ProgressCallback) -> Iterator[Any]:
    """Yield what a stream has; while it is silent, or not yet open, give `watch` a chance to raise.

    It is opened and read in a thread of its own. One that is left behind ends with the connection,
    and with it the engine's work.
    """
    received: SimpleQueue[tuple[str, Any]] = SimpleQueue()

    def read() -> None:
        try:
            for record in open_stream():
                received.put(("record", record))
            received.put(("end", None))
        except BaseException as error:  # handed on to whoever reads
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
