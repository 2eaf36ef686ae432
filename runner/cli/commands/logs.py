"""runner logs: the logs of a workflow's containers and jobs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from runner.app.logs import matching, open_logs, select_logs
from runner.app.source import Source
from runner.cli.echo import warn
from runner.cli.refusal import Misuse
from runner.cli.session import CommandContext
from runner.core.exit_code import ExitCode
from runner.core.redact import Redactor

if TYPE_CHECKING:
    from runner.app.log_reader import LogEvent
    from runner.core.regex import Regex
    from runner.resource.instance import Instance


def run(
    names: tuple[str, ...],
    source: Source,
    context: CommandContext,
    follow: bool,
    since: int | None,
    until: int | None,
    tail: int | None,
    grep: Regex | None,
    timestamps: bool,
) -> int:
    """Print the logs."""
    from runner.app.log_reader import LogRange

    if follow and until is not None:
        raise Misuse("logs", "--follow and --until are mutually exclusive")
    selection = select_logs(source, names, context.workspace)
    context.redactors.append(selection.redactor)
    with context.engine() as gateway:
        extent = LogRange(since, tail, until, matching(grep, selection.redactor) if grep else None)
        sources, events = open_logs(selection, extent, gateway, context.workspace, follow=follow)
        has_gap = _print(context, events, sources, selection.redactor, timestamps=timestamps)
    return ExitCode.FAILED if names and has_gap else ExitCode.OK


def _print(
    context: CommandContext,
    events: Iterator[LogEvent],
    sources: Sequence[Instance],
    redactor: Redactor,
    *,
    timestamps: bool,
) -> bool:
    """Print every line; return whether the log of any container can't be read."""
    from runner.app.log_reader import LogError
    from runner.views.logs import PrefixedLines, log_name, written_json

    prefixed, writer, has_gap = PrefixedLines(map(log_name, sources)), context.writer(), False
    as_json = context.output == "json"
    for one in events:
        if isinstance(one, LogError):
            warn("logs-unreadable", f"{one.source.title} can't be read: {redactor.text(one.error.message)}")
            has_gap = True
            continue
        line = redactor.text(one.written.line)
        if as_json:
            context.print_json(written_json(one.source, one.written.moment, line))
        else:
            moment = one.written.moment if timestamps else None
            writer.write([prefixed.line(log_name(one.source), line, moment)])
    return has_gap
