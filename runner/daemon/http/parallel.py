"""The same call for many items, several at a time.

Most of the time is spent waiting for the engine, above all for a remote one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_AT_ONCE = 4
_WORTH_A_CONNECTION = 10
"""Number of calls that justify one more connection, which over ssh is a login."""


def parallel_map(call: Callable[[Item], Answer], items: Sequence[Item]) -> Iterator[Answer]:
    """Yield the result of the call for each item, in order; if one fails, raise its error and make no more calls.

    The calls run in daemon threads, so that an interrupted caller doesn't wait for an engine that doesn't respond.
    """
    workers = min(_AT_ONCE, len(items) // _WORTH_A_CONNECTION)
    if workers < 2:
        yield from map(call, items)
        return
    from concurrent.futures import Future

    answers: list[Future[Answer]] = [Future() for _ in items]
    waiting = deque(zip(items, answers, strict=True))
    for _ in range(workers):
        Thread(target=_work, args=(call, waiting), name="parallel", daemon=True).start()
    try:
        for answer in answers:
            yield answer.result()
    finally:
        waiting.clear()


def _work(call: Callable[[Item], Answer], waiting: deque[tuple[Item, Future[Answer]]]) -> None:
    while True:
        try:
            item, answer = waiting.popleft()
        except IndexError:
            return
        try:
            answer.set_result(call(item))
        except BaseException as error:  # re-raised in the thread that waits for the result
            answer.set_exception(error)
