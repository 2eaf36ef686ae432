"""Saved plans: a file that says what was planned and what that rests on, without anything sensitive.

It isn't self-contained: applied, it reads the workflow again, plans again, and is refused if anything has changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from runner import __version__
from runner.cli.options import Source
from runner.cli.saved_mark import FORMAT
from runner.cli.session import Loaded, Reading, Session
from runner.cli.withheld import missed
from runner.core.diagnostic import Diagnostic
from runner.core.phrase import reason_of
from runner.core.plan import Plan
from runner.core.wire import FORMAT_VERSION, JSON, JSONObject, timestamp
from runner.plan.basis import Basis, basis_of, stale
from runner.views.plan_json import plan_json

_AGAIN: Final = "make the plan again"


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What a file holds of a plan."""

    source: Source
    """The workflow's absolute path, and the variables that were given and aren't sensitive."""
    withheld: tuple[str, ...]
    """The names of variables that are sensitive."""
    atomic: bool
    """True when a failure was to undo the whole run, as the file had it or as it is asked for now."""
    locked: bool
    rebuild: bool
    adopt: bool
    targets: tuple[str, ...]
    engine_id: str
    engine_address: str
    runner: str
    basis: Basis
    changes: JSON
    """Those of the plan, as they were shown."""

    def load(self, session: Session, given: Source) -> Loaded:
        """Read the workflow again; variables that are given now are heeded besides those of then."""
        source = Source(
            self.source.file,
            (*self.source.variables, *given.variables),
            (*self.source.variable_files, *given.variable_files),
        )
        with missed(self.withheld, "a saved plan"):
            return session.load(source, reading=Reading(is_named=False))

    def checked(self, plan: Plan, loaded: Loaded, address: str) -> Plan:
        """Return what is planned now, with a problem for everything that isn't as it was; `address` is the engine's."""
        problems = tuple(self._objections(plan, loaded, address))
        return replace(plan, problems=(*plan.problems, *problems))

    def _objections(self, plan: Plan, loaded: Loaded, address: str) -> list[Diagnostic]:
        if (self.engine_id, self.engine_id or self.engine_address) != (plan.engine.id, plan.engine.id or address):
            message = f"this is another engine than the plan was made on: {address}, not {self.engine_address}"
            return [Diagnostic("plan-stale", message, help=_AGAIN)]
        changed = list(stale(self.basis, basis_of(plan, loaded.redactor, self.basis)))
        if plan.atomic != self.atomic:
            message = "on_failure has changed in the file since the plan was made"
            changed.append(Diagnostic("plan-stale", message, help=_AGAIN))
        if not changed and _decisive(_shown(plan, loaded)["changes"]) != _decisive(self.changes):
            message = f"the plan of runner {self.runner} comes out otherwise with runner {__version__}"
            changed.append(Diagnostic("plan-stale", message, help=_AGAIN))
        return changed


def save(
    path: str,
    plan: Plan,
    loaded: Loaded,
    source: Source,
    address: str,
    *,
    locked: bool,
    rebuild: bool,
    adopt: bool,
    targets: tuple[str, ...],
) -> None:
    """Write a plan to a file of its owner's alone; a usage error when it can't be written."""
    from runner.document.private import write_whole

    basis = basis_of(plan, loaded.redactor)
    document: JSONObject = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "runner": __version__,
        "created": timestamp(datetime.now(UTC)),
        "file": str(Path(loaded.file).absolute()),
        "variables": {name: value for name, value in source.overrides.items() if loaded.is_open(name)},
        "variable_files": [str(Path(file).absolute()) for file in source.variable_files],
        "withheld": [name for name in loaded.variables if not loaded.is_open(name)],
        "atomic": plan.atomic,
        "locked": locked,
        "rebuild": rebuild,
        "adopt": adopt,
        "targets": [*targets],
        "engine": {"id": plan.engine.id, "address": address},
        "desired": {place: {**digests} for place, digests in basis.desired.items()},
        "observed": {place: {**digests} for place, digests in basis.observed.items()},
        "plan": _shown(plan, loaded),
    }
    try:
        write_whole(Path(path), f"{json.dumps(document, indent=1)}\n".encode())
    except OSError as error:
        raise click.ClickException(f'cannot write the plan "{path}": {reason_of(error)}') from error


def parse_saved(content: bytes, path: str) -> SavedPlan:
    """Read what `path` holds of a plan; ClickException when it can't be used."""
    try:
        raw = json.loads(content)
        if raw["version"] != FORMAT_VERSION:
            raise click.ClickException(f'"{path}" was saved by another version of runner ({raw["runner"]}); {_AGAIN}')
        return _saved(raw)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(f'"{path}" is not a whole saved plan; {_AGAIN}') from error


def _saved(raw: Mapping[str, Any]) -> SavedPlan:
    variables = tuple(f"{name}={value}" for name, value in raw["variables"].items())
    return SavedPlan(
        source=Source(raw["file"], variables, tuple(raw["variable_files"])),
        withheld=tuple(raw["withheld"]),
        atomic=raw.get("atomic", False),
        locked=raw.get("locked", False),
        rebuild=raw.get("rebuild", False),
        adopt=raw["adopt"],
        targets=tuple(raw["targets"]),
        engine_id=raw["engine"]["id"],
        engine_address=raw["engine"]["address"],
        runner=raw["runner"],
        basis=Basis(raw["desired"], raw["observed"]),
        changes=raw["plan"]["changes"],
    )


def _shown(plan: Plan, loaded: Loaded) -> JSONObject:
    return plan_json(loaded.redactor.plan(plan))


def _decisive(changes: Any) -> JSON:
    """Return changes without the names of files: one client remembers them, another doesn't."""
    return [{**change, "diff": [{**diff, "files": []} for diff in change["diff"]]} for change in changes]
