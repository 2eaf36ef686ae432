"""The logs of a workflow's containers and jobs, and what masks the sensitive values in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from runner.app.live_containers import check_known, names_of
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

_LONGEST_MATCH: Final = 5.0
"""Seconds that matching a line may take; a sensible pattern takes a millionth of that."""


class LogSelection(Struct):
    """A selection of a workflow's logs: all, or those of some names."""

    workflow: str
    redactor: Redactor
    """Masks sensitive values; learns former ones when the logs are opened."""
    desired: DesiredState | None
    names: Sequence[str] = ()

    def includes(self, address: Address) -> bool:
        """Return whether the logs of an address are selected."""
        return not self.names or any(name in names_of(address) for name in self.names)


def select_logs(source: Source, names: Sequence[str], workspace: Workspace) -> LogSelection:
    """Select the logs of a workflow, given by file or name: all, or those of some keys and addresses."""
    return LogSelection(*workflow_name_and_redactor(source, workspace), names)


def open_logs(
    selection: LogSelection, extent: LogRange, gateway: Gateway, workspace: Workspace, *, follow: bool
) -> tuple[list[Address], Iterator[LogEvent]]:
    """Return the addresses of the logs read, and their lines ordered by time, unmasked; UsageError for an unknown name.

    With `follow`, also the logs of containers created later, until the caller stops.
    """
    from runner.app.log_follow import LogFollower
    from runner.app.log_reader import read_logs, sources_of

    sources = sources_of(gateway, selection.workflow)
    check_known(selection.names, [source.address for source in sources], selection.workflow)
    _learn_written(selection, gateway, workspace)
    wanted = [source for source in sources if selection.includes(source.address)]
    addresses = [source.address for source in wanted]
    if follow:
        return addresses, LogFollower(gateway, selection.workflow, selection.includes, extent).listen()
    return addresses, read_logs(gateway, wanted, extent)


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


def _learn_written(selection: LogSelection, gateway: Gateway, workspace: Workspace) -> None:
    """Mask former sensitive values, which containers may output, if any are recorded as sensitive."""
    from runner.app.former_secrets import learn_written
    from runner.engine.observe import observe
    from runner.resource.labels import SENSITIVE, WORKFLOW

    workflow, desired = selection.workflow, selection.desired
    labels = (short.get("Labels") or {} for short in gateway.containers.list())
    if all(one.get(SENSITIVE, "[]") == "[]" for one in labels if one.get(WORKFLOW) == workflow):
        return
    from runner.kinds import CATALOG

    observed = observe(gateway, CATALOG, workflow, desired)
    for error in learn_written(selection.redactor, gateway, observed, desired):
        workspace.warn("sensitive-unmasked", f"previous sensitive values may not all be masked: {error.message}")
