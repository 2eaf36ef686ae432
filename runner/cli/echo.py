"""Output of single lines, without a view; names in them can't start a new line."""

from __future__ import annotations

import click

from runner.core.sanitize import on_one_line


def echo_line(text: str, *, err: bool = False) -> None:
    """Write one line to standard output, or to standard error."""
    click.echo(on_one_line(text), err=err)
