"""runner status --watch: shows each update in the output format, until Ctrl-C."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, NoReturn

from runner.app.engine_connection import connect
from runner.app.source import Source
from runner.app.watch_status import StatusUpdate, WatchedWorkflow, watch_status
from runner.cli.session import CommandContext
from runner.views.status_watch import Moment, StatusLog, StatusScreen, trouble_text, without_uptime

if TYPE_CHECKING:
    from runner.core.gateway import Gateway


def watch(source: Source, context: CommandContext) -> NoReturn:
    """Show the status again and again; ends with Interrupted, or with an error if there is nothing to show at first."""
    watched = WatchedWorkflow(lambda: context.load(source))
    connections = _connections(context)
    view = _view(context)
    with view if isinstance(view, StatusScreen) else nullcontext():
        is_due = view.is_resized if isinstance(view, StatusScreen) else lambda: False
        for update in watch_status(watched, lambda: next(connections), context.workspace, is_due):
            view.show(_moment(update))
    raise AssertionError("watching has no end of its own")


def _connections(context: CommandContext) -> Iterator[AbstractContextManager[Gateway]]:
    """Yield connections to the engine: first the one that may have been asked already."""
    yield context.engine()
    while True:
        yield connect(context.workspace, context.engine_options, redactors=context.redactors)


def _view(context: CommandContext) -> StatusScreen | StatusLog | _StatusLines:
    verbose = context.options.verbose
    if context.output == "json":
        return _StatusLines(context)
    if context.output == "human" and sys.stdout.isatty():
        import shutil

        return StatusScreen(sys.stdout, context.writer(), shutil.get_terminal_size, verbose=verbose)
    return StatusLog(context.writer(), verbose=verbose)


class _StatusLines:
    """Prints one JSON document a line for each change."""

    def __init__(self, context: CommandContext) -> None:
        self._context = context
        self._last: Moment | None = None

    def show(self, moment: Moment) -> None:
        from runner.views.status_json import status_json

        steady = without_uptime(moment)
        if steady != self._last:
            self._last = steady
            document = status_json(moment.workflow, moment.rows, moment.problems, moment.warnings)
            self._context.print_json({**document, "trouble": moment.trouble or None})


def _moment(update: StatusUpdate) -> Moment:
    status, trouble = update.status, trouble_text(update.trouble) if update.trouble else ""
    return Moment(status.workflow, status.rows, status.problems, status.warnings, trouble)
