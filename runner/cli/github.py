"""GitHub Actions as the place where a command runs: its log knows commands, and each step has a summary."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.core.struct import Struct
from runner.views.door import unguarded
from runner.views.workflow_commands import END_OF_GROUP, error, finding, group

if TYPE_CHECKING:
    from runner.core.diagnostic import Diagnostic
    from runner.core.errors import RunnerError
    from runner.core.plan import Plan
    from runner.views.actions import ActionsView

_MOST_ANNOTATIONS = 50
"""GitHub shows ten of a step."""


class GitHubActions(Struct):
    """What the environment of a step says."""

    root: str
    """The folder of the repository, from which annotations name files."""
    summary: str
    """The file to which a step appends Markdown; empty if there is none."""

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> GitHubActions:
        """Return what the environment says."""
        return cls(environ.get("GITHUB_WORKSPACE", "").rstrip("/"), environ.get("GITHUB_STEP_SUMMARY", ""))

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Fold what is printed meanwhile."""
        _command(sys.stdout, group(title))
        try:
            yield
        finally:
            _command(sys.stdout, END_OF_GROUP)

    def annotate(self, found: Iterable[Diagnostic]) -> None:
        """Show findings beside the files that they are in."""
        for one in list(found)[:_MOST_ANNOTATIONS]:
            _command(sys.stderr, finding(one, self.root))

    def add_plan(self, plan: Plan, source: str, host: str) -> None:
        """Add a plan, which is redacted, to the summary."""
        if self.summary:
            from runner.views.plan_markdown import plan_markdown

            self.add(plan_markdown(plan, source=source, host=host))

    def add_failure(self, failed: RunnerError, found: Iterable[Diagnostic]) -> None:
        """Add an error that ended the command, which is redacted, to the summary; annotate it if it has no findings."""
        from runner.views.findings_markdown import findings_markdown
        from runner.views.markdown import fenced

        listed = list(found)
        if not listed:
            _command(sys.stderr, error(failed.message, failed.help))
        told = (f"error: {failed.message}", *((f"help: {failed.help}",) if failed.help else ()))
        self.add("\n".join(findings_markdown(listed) if listed else fenced(told)) + "\n")

    def add(self, markdown: str) -> None:
        """Append to the summary; that it can't be written fails nothing."""
        if self.summary:
            with suppress(OSError), Path(self.summary).open("a", encoding="utf-8") as stream:
                stream.write(f"{markdown}\n")

    def view(self) -> ActionsView:
        """Return the view of a run."""
        from runner.views.actions import ActionsView

        return ActionsView(lambda line: _command(sys.stderr, line), self.add, self.root)


def _command(stream: Any, line: str) -> None:
    """Write a command past the guard; nothing where the stream has none, such as a file."""
    from runner.views.command_guard import CommandGuard

    guard = unguarded(stream)
    if isinstance(guard, CommandGuard):
        stream.flush()
        guard.command(line)
