"""Output of single lines, without a view; names in them can't start a new line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from runner.core.sanitize import on_one_line

if TYPE_CHECKING:
    from runner.core.codes import Code


def echo_line(text: str, *, err: bool = False) -> None:
    """Write one line to standard output, or to standard error."""
    echo(on_one_line(text), err=err)


def warn(code: Code, text: str) -> None:
    """Write a warning without a position to standard error."""
    echo_line(f"warning[{code}]: {text}", err=True)


def echo(text: str, *, err: bool = False) -> None:
    """Write a text of our own, of one or more lines, and show it at once."""
    stream = sys.stderr if err else sys.stdout
    stream.write(f"{text}\n")
    stream.flush()
