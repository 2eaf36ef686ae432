"""Waiting for what other threads send, in the thread that signals are handled in."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")

_GLANCE = 0.2
"""Seconds after which a wait is begun anew."""


def receive(inbox: SimpleQueue[T]) -> T:
    """Return what comes next.

    Python handles a signal between two of its own instructions. One that comes just before it begins to wait is only
    heard of when the wait is over: Ctrl-C would seem to do nothing until somebody sends something.
    """
    while True:
        with suppress(Empty):
            return inbox.get(timeout=_GLANCE)
