"""One line for whoever reads, without a view: a name in it can't begin another one."""

from __future__ import annotations

import click

from runner.core.sanitize import on_one_line


def echo_line(text: str, *, err: bool = False) -> None:
    """Write a line on standard output, or on standard error."""
    click.echo(on_one_line(text), err=err)
