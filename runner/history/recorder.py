"""Writing of a run's record: it receives the run's events as a view does, and never makes the run fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from runner.core.event import Level, LogRecord, Progress, RunFinished, RunStarted, Transition
from runner.core.phrase import reason_of
from runner.core.resource_state import State
from runner.core.serialize import JSONObject, to_json
from runner.core.struct import Struct
from runner.document.user_files import make_own_folder, open_new, write_private
from runner.history.store import EVENTS, HEADER, IMAGES, Header, header_json, prune


class RunMetadata(Struct):
    """What is recorded of a run besides its events."""

    header: Header
    documents: Mapping[str, JSONObject]
    """By file name; written at the start of the run."""
    images: Callable[[], JSONObject]
    """Returns, once the run has succeeded, the image that it used at each address."""
    trusted: frozenset[int] = frozenset()
    """Ids of other users whose folders may contain the record."""


class Recording:
    """Writer of a run's folder: header and documents at the start, each event, and finally the images.

    A write error is reported once, by `close`, and ends the record, never the run.
    """

    def __init__(self, root: Callable[[], Path], subject: RunMetadata, warn: Callable[[str], None]) -> None:
        self._root = root
        self._subject = subject
        self._warn = warn
        self._folder: Path | None = None
        self._log: TextIO | None = None
        self._broken: str | None = None
        self._has_pruned = False

    def show(self, record: LogRecord) -> None:
        """Write the record and flush it, so that it survives whatever comes next; mere progress is left out."""
        if self._broken is None and _is_kept(record):
            with self._forgiving():
                self._show(record)

    def amend(self, subject: RunMetadata) -> None:
        """Replace what is recorded besides the events: the plan was made again, once the lock was held."""
        self._subject = subject
        if self._folder is not None and self._broken is None:
            with self._forgiving():
                self._write_metadata(self._folder)

    def close(self) -> None:
        """Close the log, and warn if it is incomplete."""
        if self._log is not None:
            with self._forgiving():
                self._log.close()
        if self._broken is not None:
            self._warn(self._broken)

    def _show(self, record: LogRecord) -> None:
        match record.event:
            case RunStarted():
                self._begin(record)
            case RunFinished(result="succeeded") if self._folder is not None:
                _write(self._folder / IMAGES, self._subject.images())
        if self._log is not None:
            self._log.write(json.dumps(to_json(record)) + "\n")
            self._log.flush()
            self._prune(record)

    def _prune(self, record: LogRecord) -> None:
        """Remove records of old runs, once, as soon as the engine has something to do that is waited for anyway."""
        event = record.event
        works = isinstance(event, Transition) and not event.after.is_final and event.after is not State.WAITING
        if (works or isinstance(event, RunFinished)) and not self._has_pruned:
            self._has_pruned = True
            prune(self._root(), record.workflow, changed=self._subject.header.changed)

    def _begin(self, record: LogRecord) -> None:
        root = self._root()
        self._folder = root / record.workflow / record.run_id
        make_own_folder(self._folder, self._subject.trusted)
        self._write_metadata(self._folder)
        self._log = open_new(self._folder / EVENTS)

    def _write_metadata(self, folder: Path) -> None:
        for name, document in self._subject.documents.items():
            _write(folder / name, document)
        _write(folder / HEADER, header_json(self._subject.header))

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            self._broken = f"{where}{reason_of(error)}"


def _is_kept(record: LogRecord) -> bool:
    """Return whether a record is more than progress; that a resource has become ready is, since others start then."""
    return record.level is not Level.DEBUG or (isinstance(record.event, Progress) and record.event.done)


def _write(path: Path, document: JSONObject) -> None:
    write_private(path, json.dumps(document).encode())
