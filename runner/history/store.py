"""The store of recorded runs: its location, and the summary of each run without reading all of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from runner.core.errors import UnusableFile
from runner.core.event import LogRecord, RunFinished, RunStarted
from runner.core.plan import Plan
from runner.core.plan_order import PlanOrder
from runner.core.redact import Redactor
from runner.core.serialize import FORMAT_VERSION, JSONObject
from runner.core.strict_json import Malformed
from runner.core.struct import Struct, replace, to_builtins
from runner.document.user_files import open_own, xdg_dir
from runner.history.deserialize import LONGEST_LINE, read_line, read_order, read_plan
from runner.history.documents import read_document, unusable

T = TypeVar("T")

MAX_RUNS: Final = 50
"""Maximum recorded runs of a workflow that changed something, and of those that didn't; older ones are removed."""

HEADER, PLAN, SNAPSHOT, IMAGES, EVENTS = "run.json", "plan.json", "snapshot.json", "images.json", "events.jsonl"
"""The files in a run's folder."""

_LAST_BYTES = 16_384
"""More bytes than the last line of any log has."""

_CLOCK_SLACK = 2.0
"""Seconds by which a file system's times may lag behind the clock."""


class Header(Struct, kw_only=True):
    """Metadata of a run besides its events."""

    file: str | None = None
    """The workflow's absolute path."""
    file_digest: str | None = None
    engine_id: str = ""
    engine_address: str = ""
    targets: tuple[str, ...] = ()
    changed: bool = True
    """False for a run that left everything as declared before: a restart, or one recorded because its checks failed."""

    def is_on(self, engine_id: str, address: str) -> bool:
        """Return whether the run was on an engine: by its ID or, since Podman has none, by its address."""
        return self.engine_id == engine_id and (bool(engine_id) or self.engine_address == address)


class StoredRun(Struct):
    """A recorded run; without an `ending` it is still running, or was killed."""

    folder: Path
    header: Header
    id: str
    began: datetime
    start: RunStarted
    ending: RunFinished | None
    trusted: frozenset[int] = frozenset()
    """Ids of users whose files are trusted besides the user's own."""
    redactor: Redactor | None = None
    """Masks its plan and its events."""

    def masked(self, redactor: Redactor) -> StoredRun:
        """Return it as it may be shown: what was recorded may be sensitive by now."""
        start = replace(self.start, message=redactor.optional(self.start.message))
        return replace(self, start=start, redactor=redactor)

    @property
    def succeeded(self) -> bool:
        """True if it succeeded."""
        return self.ending is not None and self.ending.result == "succeeded"

    def document(self, name: str, shape: type[T]) -> T | None:
        """Return one of its documents, None when it has none; UnusableFile when it is invalid."""
        return read_document(self.folder / name, shape, self.trusted)

    def plan(self) -> Plan | None:
        """Return the plan, as far as it is shown; None when it isn't recorded. Raises UnusableFile."""
        plan = self._from_plan(read_plan)
        return self.redactor.plan(plan) if plan and self.redactor else plan

    def order(self) -> PlanOrder | None:
        """Return the order that the plan prescribed; None when it isn't recorded. Raises UnusableFile."""
        return self._from_plan(read_order)

    def _from_plan(self, read: Callable[[Any], T]) -> T | None:
        raw = self.document(PLAN, dict[str, Any])
        try:
            return None if raw is None else read(raw)
        except Malformed as error:
            raise unusable(self.folder / PLAN, error) from error

    def events(self) -> Iterator[tuple[str, LogRecord | None]]:
        """Yield each line of its log with its record; a truncated last line is left out.

        The record is None for an event of another version. UnusableFile at the first line that can't be parsed.
        """
        path = self.folder / EVENTS
        try:
            with open_own(path, self.trusted) as stream:
                while (line := stream.readline(LONGEST_LINE)).endswith(b"\n"):
                    yield self._masked(line.decode(), read_line(line))
                if len(line) == LONGEST_LINE:
                    raise Malformed("a line is too long")
        except (OSError, ValueError) as error:
            raise unusable(path, error) from error

    def _masked(self, line: str, record: LogRecord | None) -> tuple[str, LogRecord | None]:
        if self.redactor is None:
            return line, record
        if record is None:
            return self.redactor.text(line), None
        from runner.core.redact_event import redact_event
        from runner.core.serialize import json_line, to_json

        masked = replace(record, event=redact_event(record.event, self.redactor))
        return (line if masked == record else f"{json_line(to_json(masked))}\n"), masked


def state_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of runner's records; OSError when the user has no home."""
    return xdg_dir(environ, "XDG_STATE_HOME", ".local", "state") / "runner"


def list_runs(
    root: Path, workflow: str, trusted: frozenset[int] = frozenset(), left_out: list[UnusableFile] | None = None
) -> list[StoredRun]:
    """Return the recorded runs of a workflow, newest first.

    Records that can't be read, or could have been written by others than this user, root and those `trusted`, are added
    to `left_out` as errors.
    """
    runs = []
    for folder in _folders(root / workflow):
        try:
            run = _read(folder, trusted)
        except UnusableFile as error:
            if left_out is not None:
                left_out.append(error)
        else:
            runs += [run] if run else []
    return sorted(runs, key=lambda run: (run.began, run.id), reverse=True)


def last_run(
    root: Path,
    workflow: str,
    is_wanted: Callable[[Header], bool],
    trusted: frozenset[int] = frozenset(),
    left_out: list[UnusableFile] | None = None,
) -> StoredRun | None:
    """Return the newest recorded run that is wanted; `trusted` and `left_out` as for `list_runs`.

    Few others are read, since no run began after the last change of its folder.
    """
    newest: StoredRun | None = None
    for changed, folder in sorted(((_last_change(one), one) for one in _folders(root / workflow)), reverse=True):
        if newest is not None and changed + _CLOCK_SLACK < newest.began.timestamp():
            break
        try:
            run = _read(folder, trusted)
        except UnusableFile as error:
            if left_out is not None:
                left_out.append(error)
            continue
        if run is not None and is_wanted(run.header) and (newest is None or newest.began < run.began):
            newest = run
    return newest


def find_runs(runs: list[StoredRun], prefix: str) -> list[StoredRun]:
    """Return the runs whose id has a prefix."""
    return [run for run in runs if run.id.startswith(prefix)]


def prune(root: Path, workflow: str, *, changed: bool) -> None:
    """Remove all but the newest runs of one kind: failed checks don't displace runs that can be rolled back to."""
    if len(_folders(root / workflow)) <= MAX_RUNS:
        return
    import shutil  # loads what compresses archives, too

    alike = [run for run in list_runs(root, workflow) if run.header.changed is changed]
    for run in alike[MAX_RUNS:]:
        shutil.rmtree(run.folder, ignore_errors=True)


def header_json(header: Header) -> JSONObject:
    """Serialize a header."""
    return {"format": "runner run", "version": FORMAT_VERSION, **to_builtins(header), "targets": [*header.targets]}


def _folders(folder: Path) -> list[Path]:
    try:
        return [entry for entry in folder.iterdir() if entry.is_dir()]
    except OSError:
        return []


def _last_change(folder: Path) -> float:
    """Return when a file was last added to a folder, which is after its run began."""
    try:
        return folder.stat().st_mtime
    except OSError:  # it is being removed
        return 0.0


def _read(folder: Path, trusted: frozenset[int]) -> StoredRun | None:
    """Read a run's summary; None when the folder holds no run, or one that has barely started."""
    header = read_document(folder / HEADER, Header, trusted)
    if header is None:
        return None
    log = folder / EVENTS
    try:
        first, last = _first_and_last(log, trusted)
    except FileNotFoundError:
        return None
    except (OSError, Malformed) as error:
        raise unusable(log, error) from error
    if first is None or not isinstance(first.event, RunStarted):
        return None
    ending = last.event if last and isinstance(last.event, RunFinished) else None
    return StoredRun(folder, header, first.run_id, first.timestamp, first.event, ending, trusted)


def _first_and_last(log: Path, trusted: frozenset[int]) -> tuple[LogRecord | None, LogRecord | None]:
    with open_own(log, trusted) as stream:
        first = stream.readline(LONGEST_LINE)
        if not first.endswith(b"\n"):
            return None, None
        stream.seek(max(0, os.fstat(stream.fileno()).st_size - _LAST_BYTES))
        *_, last = stream.read(_LAST_BYTES).splitlines(keepends=True) or [b""]
    return read_line(first), read_line(last) if last.endswith(b"\n") else None
