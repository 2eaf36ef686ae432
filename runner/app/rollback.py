"""Roll back to what an earlier run applied: its recorded files, variables and images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.from_snapshot import check_pins, differences, load_recorded, pin
from runner.app.loaded_workflow import LoadedWorkflow
from runner.app.past_runs import find_run, last_apply_before_present, past_runs
from runner.app.planning import PlanOptions, PreparedWorkflow, select_targets
from runner.app.run_record import digest_of_file
from runner.app.source import Source
from runner.app.workflow_name import workflow_name
from runner.core.diagnostic import Diagnostic
from runner.core.errors import RunnerError, UsageError
from runner.core.plan import Plan
from runner.core.struct import Struct
from runner.document.source import MAX_BYTES
from runner.history.snapshot import ResolvedImage, Snapshot, StoredSnapshot, read_snapshot
from runner.history.store import IMAGES, SNAPSHOT, StoredRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway


class Rollback(Struct):
    """A run to roll back to, with its recorded snapshot and images."""

    run: StoredRun
    snapshot: Snapshot
    images: Mapping[str, ResolvedImage]

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the targets that the run was limited to."""
        return tuple(self.snapshot.targets)

    def prepare(self, given: Source, gateway: Gateway, workspace: Workspace) -> PreparedWorkflow:
        """Load the recorded workflow, pinned to its recorded images; RunnerError if one is no longer available."""
        pins = pin(self.images, gateway, self.run.start.commit)
        workflow = load_recorded(self.snapshot, given, pins, workspace)
        try:
            prepared = select_targets(workflow, PlanOptions(targets=self.targets))
            check_pins(prepared.workflow.desired, pins, self.run.id)
        except RunnerError as error:
            workflow.redactor.error(error)
            raise
        return prepared

    def is_undone_by_apply(self, workspace: Workspace) -> bool:
        """Return whether the workflow's file, or one that is merged into it, is no longer what the run applied."""
        header, merged = self.run.header, self.snapshot.compose.more_files if self.snapshot.compose else ()
        then = {path: digest_of_file(self.snapshot.files[path]) for path in merged if path in self.snapshot.files}
        if header.file is not None and header.file_digest is not None:
            then[header.file] = header.file_digest
        return any(_has_changed(Path(path), digest, workspace) for path, digest in then.items())

    def differences(self, plan: Plan, workflow: LoadedWorkflow) -> Iterator[Diagnostic]:
        """Yield a warning for each resource that now differs, because of values that aren't recorded."""
        return differences(self.snapshot, plan, workflow, self.run.id)


def _has_changed(path: Path, digest: str, workspace: Workspace) -> bool:
    try:
        return digest_of_file(workspace.access.root.read(path, MAX_BYTES)) != digest
    except OSError:
        return False


def find_rollback(prefix: str | None, source: Source, workspace: Workspace) -> Rollback:
    """Return the run whose ID starts with `prefix`; without one, the last successful apply before the current one.

    Raises UsageError if there is none, or its record can't be applied again.
    """
    name = workflow_name(source, workspace)
    runs = past_runs(name, workspace)
    run = last_apply_before_present(runs, name) if prefix is None else find_run(runs, prefix, name)
    return recorded(run)


def recorded(run: StoredRun) -> Rollback:
    """Return the record of a run; UsageError if it can't be rolled back to."""
    snapshot = run.document(SNAPSHOT, StoredSnapshot)
    images = run.document(IMAGES, dict[str, ResolvedImage])
    if snapshot is None or images is None or not run.succeeded:
        raise UsageError(f"cannot roll back to run {run.id}: it failed or applied nothing", code="cannot-roll-back")
    return Rollback(run, read_snapshot(snapshot), images)
