"""Receives messages from other threads, in the thread that handles signals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")

_GLANCE = 0.2
"""Seconds after which a blocking wait is restarted."""


def receive(inbox: SimpleQueue[T]) -> T:
    """Return the next message.

    Python handles a signal between two bytecode instructions. One that arrives just before a blocking wait is only
    handled when the wait ends: Ctrl-C would seem to do nothing until a message arrives.
    """
    while True:
        with suppress(Empty):
            return inbox.get(timeout=_GLANCE)


def arrived(inbox: SimpleQueue[T]) -> Iterator[T]:
    """Yield the messages that are there, and wait for none."""
    with suppress(Empty):
        while True:
            yield inbox.get_nowait()
