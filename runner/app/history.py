"""What past runs of a workflow changed, why, and with which variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.errors import UnusableFile
from runner.core.event import LogRecord, PlanChange, Transition
from runner.core.plan import Action, Plan
from runner.core.resource_state import State
from runner.core.struct import Struct, field
from runner.history.snapshot import StoredSnapshot
from runner.history.store import SNAPSHOT, StoredRun

if TYPE_CHECKING:
    from runner.app.past_secrets import PastSecrets
    from runner.app.workspace import Workspace

_DONE = (State.READY, State.SUCCEEDED, State.REMOVED)


class PastChange(Struct):
    """What a run was to do with a resource, and whether it did."""

    address: Address
    action: Action
    verb: str
    is_done: bool


class PastRun(Struct):
    """A recorded run with its changes and variables; a sensitive variable has no value."""

    run: StoredRun
    changes: tuple[PastChange, ...] = ()
    variables: Mapping[str, str | None] = field(default_factory=dict)


def summarize(runs: Sequence[StoredRun], secrets: PastSecrets, workspace: Workspace) -> Iterator[PastRun]:
    """Yield the runs, masked, with what they changed.

    Notify of a record that can't be read, and yield what is left of it.
    """
    for run in runs:
        shown = run.masked(secrets.redactor)
        try:
            yield PastRun(shown, tuple(_changes(run)), _variables(run, secrets))
        except UnusableFile as error:
            workspace.warn(error.code, error.message)
            yield PastRun(shown)


def _changes(run: StoredRun) -> Iterator[PastChange]:
    """Yield the changes of a run: as planned if it made them all, else as its events tell, of which there are many."""
    plan = run.plan() if run.succeeded else None
    if plan is None or not _is_done(plan, run):
        yield from _happened(record for _, record in run.events() if record is not None)
        return
    for change in plan.pending:
        yield PastChange(change.address, change.action, change.verb or change.action.value, is_done=True)


def _is_done(plan: Plan, run: StoredRun) -> bool:
    """Return whether a run left unchanged no more than planned; of some changes it turns out that nothing is to do."""
    left = run.ending.counts.get(State.UNCHANGED.value, 0) if run.ending else 0
    return left == plan.counts[Action.NOOP]


def _happened(records: Iterator[LogRecord]) -> Iterator[PastChange]:
    planned: dict[Address, PlanChange] = {}
    ended: dict[Address, State] = {}
    for event in (record.event for record in records):
        if isinstance(event, PlanChange):
            planned[event.address] = event
        elif isinstance(event, Transition):
            ended[event.address] = event.after
    for address, change in planned.items():
        verb = change.verb or change.action.value
        yield PastChange(address, change.action, verb, is_done=ended.get(address) in _DONE)


def _variables(run: StoredRun, secrets: PastSecrets) -> dict[str, str | None]:
    snapshot = run.document(SNAPSHOT, StoredSnapshot)
    if snapshot is None:
        return {}
    public = {name: secrets.redactor.text(text) for name, text in snapshot.variables.items()}
    hidden = secrets.names & {*snapshot.variables, *snapshot.sensitive}
    return {**public, **dict.fromkeys(hidden)}
