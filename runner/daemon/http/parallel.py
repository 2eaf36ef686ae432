"""The same call for many things, several at a time: an engine, and most of all a remote one, is waited for longest."""

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
"""So many calls pay for opening one more connection, which over ssh is a login."""


def parallel_map(call: Callable[[Item], Answer], items: Sequence[Item]) -> Iterator[Answer]:
    """Yield what the call returns for each, in order; where one fails, its error is raised and no more are made.

    They are made in threads of their own, so that whoever is interrupted doesn't wait for an engine that is silent.
    """
    workers = min(_AT_ONCE, len(items) // _WORTH_A_CONNECTION)
    if workers < 2:
        yield from map(call, items)
        return
    from concurrent.futures import Future

    answers: list[Future[Answer]] = [Future() for _ in items]
    waiting = deque(zip(items, answers, strict=True))
    for _ in range(workers):
        Thread(target=_work, args=(call, waiting), name="abreast", daemon=True).start()
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
        except BaseException as error:  # handed on to whoever waits for the answer
            answer.set_exception(error)
