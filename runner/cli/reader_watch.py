"""Notice that whoever follows a run is gone, even while there is nothing to write."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any


@contextmanager
def watch_reader(stream: Any, on_gone: Callable[[], None]) -> Iterator[None]:
    """Call `on_gone` once if nobody reads the pipe or socket behind a stream any more; files are left alone."""
    descriptor = _descriptor(stream)
    if descriptor is None:
        yield
        return
    from threading import Thread

    ended, end = os.pipe()
    watching = Thread(target=_watch, args=(descriptor, ended, on_gone), name="reader", daemon=True)
    watching.start()
    try:
        yield
    finally:
        os.close(end)
        watching.join()
        os.close(ended)


def _descriptor(stream: Any) -> int | None:
    """Return the descriptor of a stream whose reader may go away; a terminal tells that by a signal."""
    with suppress(OSError, ValueError, AttributeError):
        descriptor = int(stream.fileno())
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            return descriptor
    return None


def _watch(descriptor: int, ended: int, on_gone: Callable[[], None]) -> None:
    import select

    poller = select.poll()
    poller.register(descriptor, 0)  # errors and hang-ups are always reported
    poller.register(ended, 0)
    if any(ready == descriptor for ready, _ in poller.poll()):
        on_gone()
