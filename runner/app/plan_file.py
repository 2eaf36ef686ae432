"""Saved plans: a file with a plan and fingerprints of what it is based on, without sensitive values.

It isn't self-contained: apply loads the workflow and plans again, and rejects the file if anything has changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from runner import __version__
from runner.app.load import load
from runner.app.loaded_workflow import InputOverrides, LoadedWorkflow
from runner.app.missing_variables import explain_missing
from runner.app.plan_file_format import FORMAT
from runner.app.planning import PlanOptions, PreparedWorkflow
from runner.app.source import Source
from runner.core.compose_options import ComposeOptions, options_json
from runner.core.decode import decode, shaped
from runner.core.diagnostic import Diagnostic
from runner.core.errors import UnusableFile, UsageError
from runner.core.phrase import reason_of
from runner.core.plan import Plan
from runner.core.serialize import FORMAT_VERSION, JSON, JSONObject, timestamp
from runner.core.strict_json import LARGEST, Malformed
from runner.core.struct import Struct, replace
from runner.document.trust import ForeignFile
from runner.document.user_files import read_trusted
from runner.plan.fingerprint import PlanFingerprint, changed_since, fingerprint_of
from runner.views.plan_json import plan_json

if TYPE_CHECKING:
    from runner.app.workspace import Workspace

_AGAIN: Final = "create a new plan"


class SavedPlan(Struct):
    """The content of a saved plan."""

    source: Source
    """The workflow's absolute path, and the given variables that aren't sensitive."""
    omitted_variables: tuple[str, ...]
    """The names of sensitive variables."""
    atomic: bool
    """True if a failure rolls back the whole run: set in the file when planned, or by --atomic now."""
    options: PlanOptions
    engine_id: str
    engine_address: str
    runner: str
    fingerprint: PlanFingerprint
    changes: JSON
    """The changes of the plan, as shown."""

    def load(self, given: Source, workspace: Workspace) -> LoadedWorkflow:
        """Load the workflow again; the `given` variables are added to the saved ones."""
        source = Source(
            self.source.file,
            (*self.source.variables, *given.variables),
            (*self.source.variable_files, *given.variable_files),
            self.source.compose,
            given.engine or self.source.engine,
        )
        with explain_missing(self.omitted_variables, "a saved plan"):
            return load(source, workspace, inputs=InputOverrides(is_named=False))

    def checked(self, plan: Plan, loaded: LoadedWorkflow, address: str) -> Plan:
        """Return the current plan, with a problem for each difference from the saved one; `address` is the engine's."""
        problems = tuple(self._objections(plan, loaded, address))
        return replace(plan, problems=(*plan.problems, *problems))

    def _objections(self, plan: Plan, loaded: LoadedWorkflow, address: str) -> list[Diagnostic]:
        if (self.engine_id, self.engine_id or self.engine_address) != (plan.engine.id, plan.engine.id or address):
            message = f"the plan was made on engine {self.engine_address}, not {address}"
            return [Diagnostic("plan-stale", message, help=_AGAIN)]
        changed = list(changed_since(self.fingerprint, fingerprint_of(plan, loaded.redactor, self.fingerprint)))
        if plan.atomic != self.atomic:
            message = "on_failure in the file has changed since the plan was made"
            changed.append(Diagnostic("plan-stale", message, help=_AGAIN))
        if not changed and _decisive(_shown(plan, loaded)["changes"]) != _decisive(self.changes):
            message = f"runner {__version__} plans differently from runner {self.runner}, which made it"
            changed.append(Diagnostic("plan-stale", message, help=_AGAIN))
        return changed


class _Version(Struct):
    """The versions, which decide whether the rest can be read."""

    version: str
    runner: str


class _Engine(Struct):
    id: str
    address: str


class _Changes(Struct):
    changes: tuple[dict[str, Any], ...]

    def __post_init__(self) -> None:
        """Raise ValueError for a change without a valid diff."""
        for change in self.changes:
            shaped(tuple[dict[str, Any], ...], change.get("diff"), "diff")


class _Stored(Struct, kw_only=True):
    """The stored form of a plan."""

    runner: str
    file: str
    variables: Mapping[str, str]
    variable_files: tuple[str, ...]
    withheld: tuple[str, ...]
    atomic: bool = False
    compose: ComposeOptions | None = None
    orchestrator: str | None = None
    locked: bool = False
    rebuild: bool = False
    adopt: bool
    targets: tuple[str, ...]
    engine: _Engine
    desired: Mapping[str, Mapping[str, str]]
    observed: Mapping[str, Mapping[str, str]]
    plan: _Changes

    def __post_init__(self) -> None:
        """Raise ValueError for an invalid variable name."""
        if any(not name or "=" in name for name in self.variables):
            raise ValueError("a variable without a name")


def save(path: str, plan: Plan, prepared: PreparedWorkflow, source: Source, address: str) -> None:
    """Write a plan to a file that only its owner can access; UsageError if it can't. `address` is the engine's."""
    from runner.document.atomic_write import require_regular_file
    from runner.document.user_files import write_private

    content = f"{json.dumps(_document(plan, prepared, source, address), indent=1)}\n".encode()
    try:
        require_regular_file(Path(path))
        write_private(Path(path), content)
    except OSError as error:
        raise UsageError(f'cannot write the plan "{path}": {reason_of(error)}', code="cannot-write") from error


def _document(plan: Plan, prepared: PreparedWorkflow, source: Source, address: str) -> JSONObject:
    loaded, options = prepared.workflow, prepared.options
    basis = fingerprint_of(plan, loaded.redactor)
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "runner": __version__,
        "created": timestamp(datetime.now(UTC)),
        "file": str(Path(loaded.file).absolute()),
        "variables": {name: value for name, value in source.overrides.items() if loaded.is_public(name)},
        "variable_files": [str(Path(file).absolute()) for file in source.variable_files],
        "compose": options_json(loaded.compose),
        "orchestrator": loaded.engine,
        "withheld": [name for name in loaded.variables if not loaded.is_public(name)],
        "atomic": plan.atomic,
        "locked": options.locked,
        "rebuild": options.rebuild,
        "adopt": options.adopt,
        "targets": [*options.targets],
        "engine": {"id": plan.engine.id, "address": address},
        "desired": {place: {**digests} for place, digests in basis.desired.items()},
        "observed": {place: {**digests} for place, digests in basis.observed.items()},
        "plan": _shown(plan, loaded),
    }


def read_saved(path: str, workspace: Workspace) -> SavedPlan:
    """Read a saved plan; UnusableFile if it can't be used, or other users could have written it."""
    try:
        content = read_trusted(Path(path), LARGEST, workspace.trusted_users, links=True)
        version = decode(_Version, content, file_names=True)
        if version.version != FORMAT_VERSION:
            raise UnusableFile(
                path, f"was saved by a different version of runner ({version.runner}); {_AGAIN}", code="broken-plan"
            )
        return _saved(decode(_Stored, content, file_names=True))
    except ForeignFile as error:
        raise UnusableFile(
            path, error.reason, help=f"fix it with chown and chmod, or {_AGAIN}", code="untrusted-file"
        ) from error
    except OSError as error:
        raise UnusableFile(path, f"can't be read: {reason_of(error)}", code="file-unreadable") from error
    except Malformed as error:
        raise UnusableFile(path, f"is not a complete saved plan; {_AGAIN}: {error}", code="broken-plan") from error


def _saved(stored: _Stored) -> SavedPlan:
    variables = tuple(f"{name}={value}" for name, value in stored.variables.items())
    return SavedPlan(
        source=Source(
            stored.file, variables, stored.variable_files, stored.compose or ComposeOptions(), stored.orchestrator
        ),
        omitted_variables=stored.withheld,
        atomic=stored.atomic,
        options=PlanOptions(stored.locked, stored.rebuild, stored.adopt, stored.targets),
        engine_id=stored.engine.id,
        engine_address=stored.engine.address,
        runner=stored.runner,
        fingerprint=PlanFingerprint(stored.desired, stored.observed),
        changes=list(stored.plan.changes),
    )


def _shown(plan: Plan, loaded: LoadedWorkflow) -> JSONObject:
    return plan_json(loaded.redactor.plan(plan))


def _decisive(changes: Any) -> JSON:
    """Return changes without the content behind digests, which not every client knows."""
    return [{**change, "diff": [_by_digest(diff) for diff in change["diff"]]} for change in changes]


def _by_digest(diff: Mapping[str, Any]) -> JSON:
    return {name: value for name, value in diff.items() if name not in ("files", "is_digest", "details")}
