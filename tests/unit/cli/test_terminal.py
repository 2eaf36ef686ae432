"""A terminal that is lent to a program comes back as it was."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import termios
import threading
from collections.abc import Iterator
from contextlib import suppress
from queue import SimpleQueue

import pytest

from runner.cli.terminal import raw, resizing, terminal_size
from runner.core.exec_session import TerminalSize


@pytest.fixture
def terminal() -> Iterator[int]:
    """A terminal of this process's own."""
    ours, theirs = pty.openpty()
    set_size(theirs, 24, 80)
    yield theirs
    os.close(ours)
    os.close(theirs)


def set_size(terminal: int, rows: int, columns: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def test_it_is_raw_meanwhile_and_restored_whatever_happens(terminal: int) -> None:
    before = termios.tcgetattr(terminal)
    with suppress(KeyboardInterrupt), raw(terminal):
        assert not termios.tcgetattr(terminal)[3] & (termios.ISIG | termios.ECHO | termios.ICANON)
        raise KeyboardInterrupt
    assert termios.tcgetattr(terminal) == before


def test_a_window_that_is_closed_does_not_hide_why_this_ends() -> None:
    ours, theirs = pty.openpty()
    with suppress(KeyboardInterrupt), raw(theirs):
        os.close(ours)
        raise KeyboardInterrupt
    os.close(theirs)


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_size_of_a_window_that_is_closed_is_not_told() -> None:
    ours, theirs = pty.openpty()
    told: SimpleQueue[TerminalSize] = SimpleQueue()
    with resizing(theirs, told.put):
        assert told.get(timeout=5)
        os.close(ours)
        os.close(theirs)
        os.kill(os.getpid(), signal.SIGWINCH)
    for thread in filter(lambda thread: thread.name == "resize", threading.enumerate()):
        thread.join(5)
    assert told.empty()


def test_its_size_is_told_at_first_and_after_each_change(terminal: int) -> None:
    told: SimpleQueue[TerminalSize] = SimpleQueue()
    former = signal.getsignal(signal.SIGWINCH)
    assert terminal_size(terminal) == (24, 80)
    with resizing(terminal, told.put):
        assert told.get(timeout=5) == (24, 80)
        set_size(terminal, 30, 120)
        os.kill(os.getpid(), signal.SIGWINCH)
        assert told.get(timeout=5) == (30, 120)
    assert signal.getsignal(signal.SIGWINCH) == former
