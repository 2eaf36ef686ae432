"""The terminal as the frontend of a run: prints the plan and events, prompts for approval, handles Ctrl-C."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from runner.cli.echo import warn
from runner.cli.plan_output import print_plan, show_plan
from runner.cli.reader_watch import watch_reader
from runner.cli.signals import cancel_on_signal
from runner.core.errors import UsageError
from runner.core.phrase import reason_of
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.app.frontend import Consequence
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.source import Source
    from runner.cli.session import CommandContext
    from runner.core.diagnostic import Diagnostic
    from runner.core.plan import Plan
    from runner.views.next_steps import Call, HowCalled
    from runner.views.view import View


class Console(Struct):
    """The frontend of a command that carries out a workflow's plan."""

    context: CommandContext
    workflow: LoadedWorkflow
    host: str
    """The engine's address, as shown to the user."""
    source: Source
    """The file and the variables as they were given."""
    approves_all: bool = False
    """True with --yes."""

    @property
    def wants_events(self) -> bool:
        """Return whether the events of every run are wanted: as JSON, or in a log file."""
        return self.context.output == "json" or bool(self.context.options.log_file)

    def approve(self, consequence: Consequence) -> bool:
        """Prompt on the terminal."""
        from runner.cli.confirm import confirm

        return confirm(consequence)

    def show_plan(self, plan: Plan, *, warn: bool) -> None:
        """Print the plan; as JSON only if it has problems, since otherwise the events repeat it."""
        if self.context.output != "json" or plan.problems:
            show_plan(self.context, self.workflow, plan, self.host, warn=warn)

    def interruptible(self, cancel: Callable[[], None]) -> None:
        """Let Ctrl-C cancel the run."""
        cancel_on_signal(cancel)

    def _call(self) -> Call:
        from runner.cli.call import call_of

        return call_of(self.context, self.source, self.workflow)

    @contextmanager
    def views(self, cancel: Callable[[], None]) -> Iterator[Sequence[View]]:
        """Provide the views of the output format and the log file; if nobody reads the output, `cancel` the run."""
        from runner.views.fault_tolerant import FaultTolerantView

        events = sys.stdout if self.context.output == "json" else sys.stderr
        with watch_reader(events, cancel), ExitStack() as stack:
            console = FaultTolerantView(_console_view(self.context, self._call), at_once=lambda _error: cancel())
            views: list[View] = [stack.enter_context(closing(console))]
            if actions := self.context.actions:
                views.insert(0, stack.enter_context(closing(actions.view())))
            path = self.context.options.log_file
            if path:
                views.append(stack.enter_context(closing(_log_view(path, self.context.options.log_level, stack))))
            yield views


class DestroyConsole(Console):
    """The frontend of destroy, which also reports what is kept and why."""

    def show_plan(self, plan: Plan, *, warn: bool) -> None:
        """Print the plan and what is kept; nothing as JSON, since the events repeat it."""
        from runner.plan.protection import kept_findings
        from runner.views.plan import plan_lines

        context = self.context
        if context.output == "json":
            return
        idle = f"there are no resources of {plan.workflow} on the engine"
        verbose = context.options.verbose
        lines = plan_lines(plan, idle=idle, host=self.host, width=context.width, verbose=verbose)
        print_plan(context, plan, lines)
        if context.actions:
            context.actions.add_plan(plan, self.workflow.file, self.host)
        kept: list[Diagnostic] = kept_findings(plan)
        if kept:
            context.report(kept, self.workflow.sources)


def _console_view(context: CommandContext, call: HowCalled) -> View:
    if context.output == "json":
        from runner.log import JsonLog

        return JsonLog(sys.stdout)
    if context.output == "human":
        from runner.views.human import HumanView
        from runner.views.writer import wants_colour

        colour = wants_colour(sys.stderr, os.environ, context.options.no_color)
        return HumanView(sys.stdout, sys.stderr, colour=colour, call=call)
    from runner.views.heartbeat import SECONDS
    from runner.views.plain import PlainView

    return PlainView(sys.stdout, sys.stderr, heartbeat=SECONDS, follows_plan=True, call=call)


def _log_view(path: str, level: str, stack: ExitStack) -> View:
    from runner.core.event import Level
    from runner.log import JsonLog
    from runner.views.fault_tolerant import FaultTolerantView

    log = JsonLog(_log_stream(path, stack), Level(level))
    return FaultTolerantView(log, in_the_end=lambda error: warn("cannot-write", _unwritable(path, error)))


def _log_stream(path: str, stack: ExitStack) -> Any:
    try:
        stream = open(path, "a", encoding="utf-8")  # noqa: PTH123, SIM115 - "-" and devices are paths too
    except OSError as error:
        raise UsageError(_unwritable(path, error), code="cannot-write") from error
    stack.callback(_close, stream)
    return stream


def _close(stream: Any) -> None:
    with suppress(OSError):  # write errors have been reported already
        stream.close()


def _unwritable(path: str, error: OSError) -> str:
    return f'cannot write the log file "{path}": {reason_of(error)}'
