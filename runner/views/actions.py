"""A run in the log of GitHub Actions: its events in a group, annotations of what failed, and its result as Markdown."""

from __future__ import annotations

from collections.abc import Callable

from runner.core.event import CheckFinished, DiagnosticEvent, LogRecord, RunFinished, RunStarted, Transition
from runner.core.resource_state import State
from runner.views.run_markdown import result_markdown
from runner.views.run_state import RunState
from runner.views.workflow_commands import END_OF_GROUP, failure, finding, group


class ActionsView:
    """Writes commands beside the lines of another view, which is shown each record after this one."""

    def __init__(self, command: Callable[[str], None], summary: Callable[[str], None], root: str) -> None:
        self._command = command
        self._summary = summary
        self._root = root
        self._run = RunState()
        self._is_open = False

    def show(self, record: LogRecord) -> None:
        """Write the record's commands; findings and failures end up in the group, which GitHub allows."""
        self._run.apply(record)
        match record.event:
            case RunStarted() as event:
                self._command(group(f"{event.command} {record.workflow}"))
                self._is_open = True
            case Transition(after=State.FAILED | State.ROLLED_BACK) | CheckFinished(state=State.FAILED) as event:
                self._command(failure(event, self._root))
            case DiagnosticEvent() as event:
                self._command(finding(event.diagnostic, self._root))
            case RunFinished():
                self.close()
                self._summary(result_markdown(self._run))

    def close(self) -> None:
        """End the group."""
        if self._is_open:
            self._is_open = False
            self._command(END_OF_GROUP)
