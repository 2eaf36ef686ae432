"""Giving built images their names, and taking away those that nobody wants any more.

Which names runner gave is noted on the engine beside them, for a name alone could be anybody's. The usual one needs no
note: together with a fingerprint it is runner's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from runner.kinds.image.bookkeeping_tags import (
    NAMED,
    SENSITIVE,
    is_mark,
    kept,
    mark_of,
    note_of,
    record_of,
    repository_of,
)
from runner.kinds.image.names import usual_name

if TYPE_CHECKING:
    from runner.core.gateway import EngineJSON
    from runner.core.task import Task


def given_names(image: EngineJSON, workflow: str, key: str) -> tuple[str, ...]:
    """Return the names that an image of the engine's list has, and that runner gave to it for an entry."""
    tags = image.get("RepoTags") or ()
    noted = set(kept(tags, record_of(NAMED, workflow, key)))
    if kept(tags, repository_of(workflow, key)):
        noted.add(note_of(usual_name(workflow, key)))
    return tuple(tag for tag in tags if not is_mark(tag) and note_of(tag) in noted) if noted else ()


def with_notes(workflow: str, key: str, names: Iterable[str], *, sensitive: bool) -> Iterator[str]:
    """Yield every tag that gives an image its names, each note before the name: no name is ever without one.

    With `sensitive` they hold something sensitive, which is noted, too.
    """
    for name in names:
        if name != usual_name(workflow, key) and not is_mark(name):
            if sensitive:
                yield mark_of(SENSITIVE, workflow, key, name)
            yield mark_of(NAMED, workflow, key, name)
        yield name


def are_sensitive(names: Iterable[str], images: Iterable[EngineJSON], workflow: str, key: str) -> bool:
    """Tell whether one of the names is noted to hold something sensitive."""
    record = record_of(SENSITIVE, workflow, key)
    notes = {note for image in images for note in kept(image.get("RepoTags") or (), record)}
    return any(note_of(name) in notes for name in names)


def take_back(task: Task, wanted: Iterable[str]) -> None:
    """Take away, once all else is done, the names that were given and aren't wanted any more."""
    task.on_commit(partial(_take_back, task, frozenset(wanted)))


def _take_back(task: Task, wanted: frozenset[str]) -> None:
    images, address = task.gateway.images, task.change.address
    record = record_of(NAMED, task.workflow, address.name)
    for image in images.list():
        tags = image.get("RepoTags") or ()
        for name in given_names(image, task.workflow, address.name):
            if name not in wanted and not _is_noted_elsewhere(name, tags, record):
                images.remove(name)
        for notes in (record, record_of(SENSITIVE, task.workflow, address.name)):
            for note in kept(tags, notes):
                if note not in map(note_of, wanted):
                    images.remove(f"{notes}:{note}")


def _is_noted_elsewhere(name: str, tags: Iterable[str], record: str) -> bool:
    """Tell whether the name is another entry's, too, which came to the very same image."""
    note = f":{note_of(name)}"
    return any(tag.startswith(f"{NAMED}/") and tag.endswith(note) and tag != f"{record}{note}" for tag in tags)
