"""What earlier runs on this client declared, found by the digest that the engine has: so it is what was applied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from runner.app.from_snapshot import load_recorded
from runner.app.source import Source
from runner.core.errors import RunnerError
from runner.core.values import Digest, as_map
from runner.history.snapshot import Snapshot, StoredSnapshot, read_snapshot
from runner.history.store import SNAPSHOT, list_runs, state_folder

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.core.address import Address
    from runner.core.state import DesiredState, Resource
    from runner.history.store import StoredRun

_MOST_RUNS: Final = 20
"""How many runs are searched; older ones are rarely what is on the engine."""
_NOT_RECORDED: Final = "-"
"""Stands for a sensitive variable: nothing that it is part of is looked for."""


class RecordedDeclarations:
    """The declarations of a workflow's past runs, newest first; each is read when it is needed, once."""

    def __init__(self, workflow: str, workspace: Workspace) -> None:
        self._workspace = workspace.without_commands()
        self._unread = self._read(workflow)
        self._snapshots: list[Snapshot] = []
        self._loaded: dict[int, DesiredState | None] = {}

    def find(self, address: Address, path: str, digest: str) -> Resource | None:
        """Return a resource as it was declared when the field at a path had a digest; None if no record has it."""
        wanted = Digest.of(digest).text
        for at, snapshot in enumerate(self._all()):
            if snapshot.declared.get(str(address), {}).get(path) == wanted:
                desired = self._load(at, snapshot)
                found = desired.resources.get(address) if desired else None
                if found is not None and _value_at(found, path) == digest:
                    return found
        return None

    def _all(self) -> Iterator[Snapshot]:
        yield from self._snapshots
        for snapshot in self._unread:
            self._snapshots.append(snapshot)
            yield snapshot

    def _read(self, workflow: str) -> Iterator[Snapshot]:
        """Yield what is recorded; a record that can't be read is none."""
        environ, trusted = self._workspace.environ, self._workspace.trusted_users
        with suppress(OSError):
            runs = list_runs(state_folder(environ), workflow, trusted)
            yield from filter(None, map(_snapshot_of, runs[:_MOST_RUNS]))

    def _load(self, at: int, snapshot: Snapshot) -> DesiredState | None:
        if at not in self._loaded:
            variables = tuple(f"{name}={_NOT_RECORDED}" for name in snapshot.sensitive)
            source = Source(snapshot.file, variables)
            try:
                loaded = load_recorded(snapshot, source, {}, self._workspace, contents=False)
            except RunnerError:  # what it refers to is gone, say
                self._loaded[at] = None
            else:
                self._loaded[at] = loaded.desired
        return self._loaded[at]


def _snapshot_of(run: StoredRun) -> Snapshot | None:
    try:
        stored = run.document(SNAPSHOT, StoredSnapshot)
    except RunnerError:
        return None
    return None if stored is None else read_snapshot(stored)


def _value_at(resource: Resource, path: str) -> object:
    if path in resource.fields:
        return resource.fields[path]
    name, _, key = path.partition(".")
    return as_map(resource.fields.get(name)).get(key)
