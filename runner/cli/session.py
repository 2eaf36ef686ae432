"""The context of one command: its options, the process as a workspace, and the streams."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from runner.cli.echo import echo_line
from runner.core.errors import RunnerError
from runner.core.struct import Struct, field

if TYPE_CHECKING:
    from runner.app.engine_connection import EngineOptions
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.source import Source
    from runner.app.workspace import Workspace
    from runner.cli.github import GitHubActions
    from runner.core.diagnostic import Diagnostic
    from runner.core.gateway import Gateway
    from runner.core.redact import Redactor
    from runner.daemon.opening import Opening
    from runner.views.writer import LineWriter


class Options(Struct):
    """The command-line options shared by commands."""

    host: str | None = None
    context: str | None = None
    output: str | None = None
    """human, plain, json or markdown; None: human on a terminal, plain elsewhere."""
    log_file: str | None = None
    log_level: str = "info"
    parallel: int = 8
    timeout: float = 300.0
    no_color: bool = False
    verbose: bool = False


class CommandContext(Struct, dict=True):
    """One command's access to files, engine and streams."""

    options: Options
    line: Sequence[str] = ()
    """The command line as it was typed, without the program's name."""
    redactors: list[Redactor] = field(default_factory=list)
    """Mask the sensitive values of each loaded workflow, also in an error that ends the command."""

    @cached_property
    def workspace(self) -> Workspace:
        """The process's environment and files; notices go to standard error."""
        from runner.app.workspace import Workspace

        found = Workspace.for_user(os.environ)
        return Workspace(found.environ, found.access, found.trusted_users, notify=_notify, report=self.report)

    @cached_property
    def actions(self) -> GitHubActions | None:
        """GitHub Actions, if the command runs there."""
        if os.environ.get("GITHUB_ACTIONS") != "true":
            return None
        from runner.cli.github import GitHubActions

        return GitHubActions.of(os.environ)

    @property
    def engine_options(self) -> EngineOptions:
        """Return the engine to use, and how to use it."""
        from runner.app.engine_connection import EngineOptions

        options = self.options
        return EngineOptions(options.host, options.context, options.timeout, options.parallel)

    @property
    def output(self) -> str:
        """Return the output format: human, plain, json or markdown."""
        if self.options.output:
            return self.options.output
        return "human" if sys.stdout.isatty() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else "plain"

    @property
    def width(self) -> int | None:
        """Return the maximum width of a line in cells; None unless the output format is human."""
        if self.output != "human":
            return None
        import shutil  # takes 4 ms to load

        return shutil.get_terminal_size().columns

    def writer(self, stream: Any = None) -> LineWriter:
        """Return a line writer to standard output, or to another stream."""
        from runner.views.writer import LineWriter, wants_colour

        stream = stream or sys.stdout
        if self.output != "human" or not wants_colour(stream, os.environ, self.options.no_color):
            return LineWriter(stream)
        from runner.views.hyperlinks import shows_links

        return LineWriter(stream, colour=True, links=shows_links(os.environ))

    def load(self, source: Source, *, contents: bool = True) -> LoadedWorkflow:
        """Load a workflow file or a bundle; InvalidInput with all findings if one is an error."""
        from runner.app.sources import load_workflow

        return self.watch(load_workflow(source, self.workspace, contents=contents))

    def load_structure(self, source: Source) -> LoadedWorkflow:
        """Load a workflow for its structure alone: without build contexts, and without running commands for secrets."""
        from runner.app.sources import load_workflow

        return self.watch(load_workflow(source, self.workspace.without_commands(), contents=False))

    def watch(self, workflow: LoadedWorkflow) -> LoadedWorkflow:
        """Mask a workflow's sensitive values in reports and in an error that ends the command; return the workflow."""
        self.redactors.append(workflow.redactor)
        return workflow

    @cached_property
    def _opening(self) -> Opening:
        from runner.app.engine_connection import open_engine

        return open_engine(self.workspace.environ, self.engine_options)

    def ask_ahead(self, *, swarm: bool = False) -> None:
        """Ask the selected engine for what a plan needs; an engine that can't be asked is told where it is needed."""
        with suppress(RunnerError, OSError):
            self._opening.ask_ahead(swarm=swarm)

    @contextmanager
    def engine(self) -> Iterator[Gateway]:
        """Connect to the selected engine, once."""
        from runner.app.engine_connection import connect

        with connect(self.workspace, redactors=self.redactors, opening=self._opening) as gateway:
            yield gateway

    def report(self, found: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
        """Show findings, redacted: with excerpts on standard error, or as JSON on standard output."""
        from runner.core.diagnostic import in_order
        from runner.views.diagnostics import diagnostic_lines, diagnostics_json, may_hide_more

        masked = list(found)
        for redactor in self.redactors:
            masked = list(map(redactor.diagnostic, masked))
        if self.output == "json":
            more = {"more_may_follow": True} if may_hide_more(masked) else {}
            self.print_json({"diagnostics": diagnostics_json(in_order(masked)), **more})
        else:
            self.writer(sys.stderr).write(diagnostic_lines(in_order(masked), sources))
        if self.actions:
            self.actions.annotate(in_order(masked))

    def print_text(self, text: str) -> None:
        """Print a text of several lines, which ends with a line break."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def print_json(self, document: Any) -> None:
        """Print one JSON document, on one line."""
        from runner.core.serialize import json_line

        print(json_line(document), flush=True)


def _notify(text: str) -> None:
    echo_line(text, err=True)
