"""A session: the rooms of the house put together for one command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from runner.bundle.sniff import is_tar
from runner.cli.environment import process_access, user_environment
from runner.cli.options import Options, Source, workflow_path
from runner.app.plan_file_format import file_head
from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity, in_order
from runner.core.errors import InvalidInput, RunnerError
from runner.core.redact import Redactor
from runner.core.state import DesiredState
from runner.core.values import Value
from runner.document.files import Files

if TYPE_CHECKING:
    from runner.bundle.read import Bundle
    from runner.core.gateway import Gateway
    from runner.document.variables import Variable
    from runner.views.writer import LineWriter


@dataclass(frozen=True, slots=True)
class InputOverrides:
    """Where a workflow's parts come from when it is read: as they are now, or in part as they once were."""

    files: Files = field(default_factory=lambda: Files(process_access()))
    """What is read, and all that may be: a stricter caller gives less."""
    overrides: Mapping[Address, Mapping[str, Value]] = field(default_factory=dict)
    """The values of entries for which those in the file don't count."""
    is_named: bool = True
    """False where something that was read names the file, not the user: then nothing of it is quoted."""


_LONGEST_CALL = 60.0
"""Seconds that an engine may take for an answer, unless --timeout says less."""


@dataclass(frozen=True, slots=True)
class LoadedWorkflow:
    """A workflow file that is in order, and what must never be shown of it."""

    file: str
    desired: DesiredState
    redactor: Redactor
    sources: dict[str, str] = field(default_factory=dict)
    files: Files = field(default_factory=lambda: Files(process_access()))
    """What it was read by: all that was read, but for secrets, and what may be."""
    variables: Mapping[str, Variable] = field(default_factory=dict)
    """Every variable that it declares or uses."""
    bundle: Bundle | None = None
    """What it came out of, if it came in one."""
    secret_files: frozenset[str] = frozenset()
    """Those of them in which a sensitive value itself is written."""
    warnings: tuple[Diagnostic, ...] = ()
    """What is to be said of it, though it is in order."""

    def is_public(self, name: str) -> bool:
        """Tell whether a variable's value may be written down: it isn't sensitive, nor is there a secret in it."""
        variable = self.variables[name]
        value = variable.value or ""
        return not variable.sensitive and self.redactor.text(value) == value


@dataclass(frozen=True, slots=True)
class CommandContext:
    """One command's way to files, engine and streams."""

    options: Options
    masks: list[Redactor] = field(default_factory=list)
    """What masks the sensitive values of each file that was read, also in an error that ends the command."""

    @property
    def output(self) -> str:
        """Return how to tell: human, plain or json."""
        if self.options.output:
            return self.options.output
        return "human" if sys.stdout.isatty() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else "plain"

    @property
    def width(self) -> int | None:
        """Return how many cells wide a line may be; None where nobody looks at a terminal."""
        import shutil

        return shutil.get_terminal_size().columns if self.output == "human" else None

    def writer(self, stream: Any = None) -> LineWriter:
        """Return what writes lines to standard output, or to another stream."""
        from runner.views.writer import LineWriter, wants_colour

        stream = stream or sys.stdout
        colour = self.output == "human" and wants_colour(stream, os.environ, self.options.no_color)
        return LineWriter(stream, colour=colour)

    def load(self, source: Source, *, contents: bool = True, reading: InputOverrides | None = None) -> LoadedWorkflow:
        """Read a workflow file, or a bundle; with an error, every finding is shown and InvalidInput raised."""
        if reading is None and is_tar(file_head(workflow_path(source.file))):
            from runner.app.from_bundle import load_bundled

            return load_bundled(self, source, contents=contents)
        sources: dict[str, str] = {}
        loaded, found = read(source, sources, contents=contents, reading=reading or InputOverrides())
        if loaded is None or any(d.severity is Severity.ERROR for d in found):
            self.report(found, sources)
            raise InvalidInput(found)
        self.masks.append(loaded.redactor)
        return replace(loaded, warnings=tuple(found))

    def report(self, found: list[Diagnostic], sources: dict[str, str]) -> None:
        """Show findings: with excerpts to people on standard error, as JSON to programs on standard output."""
        from runner.views.diagnostics import diagnostic_lines, diagnostics_json, may_hide_more

        for mask in self.masks:
            found = list(map(mask.diagnostic, found))
        if self.output == "json":
            more = {"more_may_follow": True} if may_hide_more(found) else {}
            self.print_json({"diagnostics": diagnostics_json(in_order(found)), **more})
        else:
            self.writer(sys.stderr).write(diagnostic_lines(in_order(found), sources))

    def print_json(self, document: Any) -> None:
        """Print one JSON document, on one line."""
        from runner.core.serialize import json_line

        print(json_line(document), flush=True)

    @contextmanager
    def engine(self) -> Iterator[Gateway]:
        """Connect to the engine that is meant; what fails is told without anything sensitive."""
        from runner.daemon.client import DockerGateway
        from runner.daemon.endpoints.discover import find_endpoint

        endpoint = find_endpoint(self.options.host, self.options.context, user_environment())
        patience = min(_LONGEST_CALL, self.options.timeout)
        gateway = DockerGateway(endpoint, timeout=patience, parallel=self.options.parallel)
        try:
            yield gateway
        except RunnerError as error:
            for mask in self.masks:
                mask.error(error)
            raise
        finally:
            gateway.close()


def read(
    source: Source, sources: dict[str, str], *, contents: bool, reading: InputOverrides
) -> tuple[LoadedWorkflow | None, list[Diagnostic]]:
    """Take a file from text to desired state, as far as it can be, and return with it what is wrong.

    The text of what was read goes into `sources`.
    """
    from pathlib import Path

    from runner.daemon.proxies import proxy_secrets
    from runner.kinds import SECTIONS
    from runner.workflow.compile import read as read_file

    file = str(workflow_path(source.file))
    result = read_file(
        file,
        SECTIONS,
        reading.files,
        variables=source.overrides,
        variable_files=[Path(path) for path in source.variable_files],
        contents=contents,
        instead=reading.overrides,
        texts=sources,
        is_named=reading.is_named,
    )
    document, desired = result.document, result.desired
    if document is None or desired is None:
        return None, result.findings
    secrets = document.sensitive | desired.sensitive | proxy_secrets(user_environment())
    redactor = Redactor(secrets, document.sensitive_spots())
    loaded = LoadedWorkflow(
        file,
        desired,
        redactor,
        sources,
        reading.files,
        document.variables,
        secret_files=frozenset(str(Path(name).absolute()) for name in document.secret_files),
    )
    return loaded, list(map(redactor.diagnostic, result.findings))
