"""What ends a command from outside: Ctrl-C, a request to end (SIGTERM), and a terminal that is gone (SIGHUP).

All three end with exit code 130. One that whoever started the command has it ignore, as nohup does, stays ignored.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from types import FrameType

from runner.core.exit_code import ExitCode

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN = 1.0
"""Seconds that a command has to end, once it was interrupted, before it is interrupted again."""
_SHOW_CURSOR = b"\x1b[?25h"
_LAST_WORDS = b"\nstopped at once: the next apply puts in order what was left half-done\n"


class Interrupted(BaseException):
    """One of the signals came while nothing was being changed; no handler of mere failures may catch it."""


def raise_on_signal() -> None:
    """Let each of the signals raise Interrupted: for as long as nothing is being changed.

    And again a second later, unless `ignore_signals` was called: Python's finalizers of streams swallow whatever is
    raised while they run.
    """

    def handle(_number: int, _frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)
        raise Interrupted

    _handle(handle)
    signal.signal(signal.SIGALRM, handle)


def cancel_on_signal(cancel: Callable[[], None]) -> None:
    """Let the first of the signals `cancel`, once, and a second one end the process at once, from now on.

    SIGHUP is never the second: of a terminal that is gone one may hear twice, from the kernel and from the shell.
    Raises Interrupted when one came before, and nobody has heard of it.
    """
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

    # A handler may interrupt whoever holds a lock that `cancel` takes; a thread of its own waits for it.
    Thread(target=cancel_when_asked, name="signals", daemon=True).start()
    _handle(handle)


def ignore_signals() -> None:
    """Let the exit code stand, whatever comes while the process ends."""
    _handle(signal.SIG_IGN)
    _is_pending()


def _is_pending() -> bool:
    """Tell whether Interrupted is to be raised again, and call that off."""
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
