"""The runs that are on record: where they lie, and what is known of each without reading all of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Final

from runner.core.event import Record, RunFinished, RunStarted
from runner.core.wire import FORMAT_VERSION, JSONObject
from runner.document.private import base_folder
from runner.history.reading import read_record

KEPT: Final = 50
"""Runs of one workflow that changed something, and as many that changed nothing; older ones are removed."""

HEADER, PLAN, SNAPSHOT, IMAGES, EVENTS = "run.json", "plan.json", "snapshot.json", "images.json", "events.jsonl"
"""What a run's folder holds."""

_LAST_BYTES = 16_384
"""More than the last line of any log takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What is known of a run besides its events."""

    file: str | None = None
    """The workflow's absolute path."""
    file_digest: str | None = None
    engine_id: str = ""
    engine_address: str = ""
    targets: tuple[str, ...] = ()
    changed: bool = True
    """False for a run that had nothing to change, and is on record since its checks failed."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run on record; without an `ending` it is still at work, or was killed."""

    folder: Path
    header: Header
    id: str
    began: datetime
    start: RunStarted
    ending: RunFinished | None

    @property
    def succeeded(self) -> bool:
        """True if it came to a good end."""
        return self.ending is not None and self.ending.result == "succeeded"

    def document(self, name: str) -> JSONObject | None:
        """Return one of its documents, None when it has none."""
        try:
            found = json.loads((self.folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def events(self) -> Iterator[str]:
        """Yield the lines of its log; what was cut off in the middle is no line."""
        try:
            with (self.folder / EVENTS).open(encoding="utf-8") as stream:
                yield from (line for line in stream if line.endswith("\n"))
        except OSError:
            return


def state_folder(environ: Mapping[str, str]) -> Path:
    """Return where runner keeps its records; OSError when the user has no home."""
    return base_folder(environ, "XDG_STATE_HOME", ".local", "state") / "runner"


def list_runs(root: Path, workflow: str) -> list[StoredRun]:
    """Return what is on record of a workflow, newest first; what can't be read is left out."""
    folders = _folders(root / workflow)
    runs = [run for folder in folders if (run := _read(folder)) is not None]
    return sorted(runs, key=lambda run: (run.began, run.id), reverse=True)


def find_runs(runs: list[StoredRun], prefix: str) -> list[StoredRun]:
    """Return the runs whose id begins so."""
    return [run for run in runs if run.id.startswith(prefix)]


def prune(root: Path, workflow: str, *, changed: bool) -> None:
    """Remove all but the newest runs of one sort: failed checks don't push out what can be rolled back to."""
    alike = [run for run in list_runs(root, workflow) if run.header.changed is changed]
    for run in alike[KEPT - 1 :]:  # the one that begins isn't among them yet
        shutil.rmtree(run.folder, ignore_errors=True)


def header_json(header: Header) -> JSONObject:
    """Return a header as it is written."""
    return {"format": "runner run", "version": FORMAT_VERSION, **asdict(header), "targets": [*header.targets]}


def _folders(folder: Path) -> list[Path]:
    try:
        return [entry for entry in folder.iterdir() if entry.is_dir()]
    except OSError:
        return []


def _read(folder: Path) -> StoredRun | None:
    """Read what is known of a run; None when its folder holds none, or one of another version."""
    try:
        raw = json.loads((folder / HEADER).read_text(encoding="utf-8"))
        known = {row.name: raw[row.name] for row in fields(Header) if row.name in raw or row.name != "changed"}
        header = Header(**{**known, "targets": tuple(known["targets"])})
        first, last = _first_and_last(folder / EVENTS)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if first is None or not isinstance(first.event, RunStarted):
        return None
    ending = last.event if last and isinstance(last.event, RunFinished) else None
    return StoredRun(folder, header, first.run_id, first.timestamp, first.event, ending)


def _first_and_last(log: Path) -> tuple[Record | None, Record | None]:
    with log.open("rb") as stream:
        first = stream.readline()
        stream.seek(max(0, log.stat().st_size - _LAST_BYTES))
        *_, last = stream.read().splitlines(keepends=True) or [b""]
    return read_record(json.loads(first)), read_record(json.loads(last)) if last.endswith(b"\n") else None
