"""The terminal of this process while a program in a container has it: raw, and its size passed on."""

from __future__ import annotations

import os
import signal
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Thread

from runner.core.exec_session import TerminalSize


def terminal_size(stream: int) -> TerminalSize:
    """Return the size of a terminal."""
    columns, rows = os.get_terminal_size(stream)
    return TerminalSize(rows, columns)


@contextmanager
def raw(stream: int) -> Iterator[None]:
    """Pass every key on as it is typed, Ctrl-C included, and restore the terminal however this ends."""
    saved = termios.tcgetattr(stream)
    try:
        tty.setraw(stream)
        yield
    finally:
        with suppress(termios.error):  # a window that was closed has nothing to restore
            termios.tcsetattr(stream, termios.TCSADRAIN, saved)


@contextmanager
def resizing(stream: int, resize: Callable[[TerminalSize], None]) -> Iterator[None]:
    """Call `resize` with the terminal's size, at first and after each change, in a thread of its own."""
    changed: SimpleQueue[bool] = SimpleQueue()

    def pass_on() -> None:
        while changed.get():
            with suppress(OSError):  # a window that was closed has no size
                resize(terminal_size(stream))

    Thread(target=pass_on, name="resize", daemon=True).start()
    former = signal.signal(signal.SIGWINCH, lambda _number, _frame: changed.put(True))
    changed.put(True)
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, former)
        changed.put(False)
