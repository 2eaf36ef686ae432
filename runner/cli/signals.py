"""The signals that end a command: Ctrl-C (SIGINT), SIGTERM, and SIGHUP when the terminal is closed.

All three end it with exit code 130. A signal that the caller set to be ignored, as nohup does, stays ignored.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.core.exit_code import ExitCode

if TYPE_CHECKING:
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN = 1.0
"""Seconds that an interrupted command has to end before it is interrupted again."""
_SHOW_CURSOR = b"\x1b[?25h"
_LAST_WORDS = b"\nstopped at once: the next apply puts in order what was left half-done\n"


class Interrupted(BaseException):
    """A signal received while nothing is being changed; a BaseException, so that error handlers don't catch it."""


def raise_on_signal() -> None:
    """Make each of the signals raise Interrupted, for as long as nothing is being changed.

    It is raised again a second later, unless `ignore_signals` was called: Python's stream finalizers swallow every
    exception raised while they run.
    """

    def handle(_number: int, _frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)
        raise Interrupted

    _handle(handle)
    signal.signal(signal.SIGALRM, handle)


def cancel_on_signal(cancel: Callable[[], None]) -> None:
    """From now on, make the first of the signals call `cancel`, once, and a second one end the process at once.

    SIGHUP never counts as the second: both the kernel and the shell may send it when a terminal is closed.
    Raises Interrupted if an earlier Interrupted is still due to be raised again.
    """
    from queue import SimpleQueue
    from threading import Thread

    if _is_pending():
        raise Interrupted
    asked: SimpleQueue[int] = SimpleQueue()
    is_interrupted = False

    def handle(number: int, _frame: FrameType | None) -> None:
        nonlocal is_interrupted
        if is_interrupted and number != signal.SIGHUP:
            _stop_at_once()
        is_interrupted = True
        asked.put(number)

    def cancel_when_asked() -> None:
        asked.get()
        cancel()

    # A handler may interrupt code that holds a lock that `cancel` takes; a separate thread can wait for it.
    Thread(target=cancel_when_asked, name="signals", daemon=True).start()
    _handle(handle)


def ignore_signals() -> None:
    """Ignore the signals while the process exits, so that they don't change the exit code."""
    _handle(signal.SIG_IGN)
    _is_pending()


def _is_pending() -> bool:
    """Return whether Interrupted is due to be raised again, and cancel that."""
    return signal.setitimer(signal.ITIMER_REAL, 0)[0] > 0


def _handle(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _stop_at_once() -> None:
    try:
        os.write(2, (_SHOW_CURSOR if os.isatty(2) else b"") + _LAST_WORDS)
    finally:
        os._exit(ExitCode.INTERRUPTED)
