"""The logs of a workflow's containers and jobs, and what masks the sensitive values in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from runner.app.instances import check_known, instances_of, names_of
from runner.app.run_by import run_by
from runner.app.workflow_name import workflow_name_and_redactor
from runner.core.address import Address
from runner.core.errors import RunnerError
from runner.core.sanitize import without_escapes
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.app.log_reader import LogEvent, LogRange
    from runner.app.source import Source
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway
    from runner.core.redact import Redactor
    from runner.core.regex import Regex
    from runner.core.state import DesiredState
    from runner.resource.instance import Instance

_LONGEST_MATCH: Final = 5.0
"""Seconds that matching a line may take; a sensible pattern takes a millionth of that."""


class LogSelection(Struct):
    """A selection of a workflow's logs: all, or those of some names."""

    workflow: str
    redactor: Redactor
    """Masks sensitive values; learns former ones when the logs are opened."""
    desired: DesiredState | None
    engine: str | None = None
    """What runs it, if that is told."""
    names: Sequence[str] = ()

    def includes(self, address: Address) -> bool:
        """Return whether the logs of an address are selected."""
        return not self.names or any(name in names_of(address) for name in self.names)


def select_logs(source: Source, names: Sequence[str], workspace: Workspace) -> LogSelection:
    """Select the logs of a workflow, given by file or name: all, or those of some keys and addresses."""
    name, redactor, desired = workflow_name_and_redactor(source, workspace)
    return LogSelection(name, redactor, desired, desired.orchestrator if desired else source.engine, names)


def open_logs(
    selection: LogSelection, extent: LogRange, gateway: Gateway, workspace: Workspace, *, follow: bool
) -> tuple[list[Instance], Iterator[LogEvent]]:
    """Return whose logs are read, and their lines ordered by time, unmasked; UsageError for an unknown name.

    With `follow`, also the logs of containers created later, until the caller stops.
    """
    from runner.app.log_follow import LogFollower
    from runner.app.log_reader import read_logs

    found_on = run_by(gateway, selection.workflow, selection.engine)
    instances = instances_of(gateway, selection.workflow, found_on)
    there = instances.list()
    check_known(selection.names, [one.address for one in there], selection.workflow)
    if any(one.knows_secrets for one in there):
        _learn_written(selection, gateway, workspace, found_on)
    wanted = [one for one in there if one.has_log and selection.includes(one.address)]
    if follow:
        return wanted, LogFollower(instances, selection.includes, extent).listen()
    return wanted, read_logs(instances, wanted, extent)


def matching(pattern: Regex, redactor: Redactor) -> Callable[[str], bool]:
    """Return a test of whether a line, as it is shown, has a match: a pattern that is tried on secrets would tell them.

    The test raises RunnerError where it takes too long.
    """

    def has_match(line: str) -> bool:
        from runner.core.regex import RegexTimeout

        try:
            return pattern.search_within(_LONGEST_MATCH, without_escapes(redactor.text(line)))
        except RegexTimeout as error:
            raise RunnerError("the pattern is too large for a line of this log", help="simplify it") from error

    return has_match


def _learn_written(selection: LogSelection, gateway: Gateway, workspace: Workspace, found_on: str) -> None:
    """Mask former sensitive values, which containers may output."""
    from runner.app.former_secrets import learn_written
    from runner.app.observing import observe_workflow
    from runner.kinds import orchestrator

    desired = selection.desired
    observed = observe_workflow(gateway, selection.workflow, desired, found_on)
    granted = orchestrator(found_on).granted_texts
    for error in learn_written(selection.redactor, gateway, observed, desired, granted):
        workspace.warn("sensitive-unmasked", f"previous sensitive values may not all be masked: {error.message}")
