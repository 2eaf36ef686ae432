"""runner logs: the logs of a workflow's containers and jobs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from runner.app.logs import open_logs, select_logs
from runner.app.source import Source
from runner.cli.echo import echo_line
from runner.cli.options import shared_options, source_options_beside_arguments
from runner.cli.session import CommandContext
from runner.core.address import Address
from runner.core.exit_code import ExitCode
from runner.core.redact import Redactor

if TYPE_CHECKING:
    from runner.app.log_reader import LogEvent

_SECOND = 1_000_000_000


def moment(value: str) -> int:
    """Parse a time: a duration before now, or a date with an optional time, local unless it has an offset.

    In nanoseconds since 1970.
    """
    from runner.resource.codec import Invalid
    from runner.resource.scalars import parse_duration

    try:
        return time.time_ns() - parse_duration(value)
    except Invalid:
        pass
    try:
        return int(datetime.fromisoformat(value).astimezone().timestamp() * _SECOND)
    except ValueError as error:
        message = f'invalid time: "{value}"; write 10m, 2026-01-31 or 2026-01-31T14:30:00Z'
        raise click.BadParameter(message) from error


@click.command("logs")
@click.option("-f", "--follow", is_flag=True, help="Follow log output until Ctrl-C.")
@click.option("--since", type=moment, metavar="TIME", help="Only lines since TIME: 10m ago, or a date and time.")
@click.option("--tail", type=click.IntRange(0), metavar="N", help="Only the last N lines of each container.")
@shared_options
@source_options_beside_arguments
@click.argument("names", nargs=-1, metavar="[NAME]...")
def command(
    names: tuple[str, ...], source: Source, context: CommandContext, follow: bool, since: int | None, tail: int | None
) -> int:
    """Show the logs of containers and jobs, ordered by time.

    NAME is a key such as web (all its replicas) or an address such as container.web[2]; default: all.
    With --follow, replacement containers are followed too. Values that the file marks as sensitive are
    masked; if --file is a name, those recorded on its containers.
    """
    from runner.app.log_reader import LogRange

    selection = select_logs(source, names, context.workspace)
    context.redactors.append(selection.redactor)
    with context.engine() as gateway:
        extent = LogRange(since, tail)
        addresses, events = open_logs(selection, extent, gateway, context.workspace, follow=follow)
        has_gap = _print(context, events, addresses, selection.redactor)
    return ExitCode.FAILED if names and has_gap else ExitCode.OK


def _print(
    context: CommandContext, events: Iterator[LogEvent], addresses: Sequence[Address], redactor: Redactor
) -> bool:
    """Print every line; return whether the log of any container can't be read."""
    from runner.app.log_reader import LogError
    from runner.views.logs import PrefixedLines, written_json

    prefixed, writer, has_gap = PrefixedLines(addresses), context.writer(), False
    as_json = context.output == "json"
    for one in events:
        if isinstance(one, LogError):
            echo_line(f"warning: {one.source.address} can't be read: {redactor.text(one.error.message)}", err=True)
            has_gap = True
            continue
        line = redactor.text(one.written.line)
        if as_json:
            context.print_json(written_json(one.source.address, one.source.id, one.written.moment, line))
        else:
            writer.write([prefixed.line(one.source.address, line)])
    return has_gap
