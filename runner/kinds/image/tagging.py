"""Set the names of built images, and remove those that are no longer wanted.

The names that runner set are recorded on the engine next to them, since a name alone could be from anyone. The default
name needs no record: together with a fingerprint it is runner's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from runner.kinds.image.bookkeeping_tags import (
    NAMED,
    SENSITIVE,
    bookkeeping_repository,
    bookkeeping_tag,
    cache_repository,
    is_bookkeeping_tag,
    name_digest,
    tags_in,
)
from runner.kinds.image.names import usual_name

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.task import Task


def names_set_by_runner(image: EngineJSON, workflow: str, key: str) -> tuple[str, ...]:
    """Return the names of an image in the engine's list that runner set for an entry."""
    tags = image.get("RepoTags") or ()
    noted = set(tags_in(tags, bookkeeping_repository(NAMED, workflow, key)))
    if tags_in(tags, cache_repository(workflow, key)):
        noted.add(name_digest(usual_name(workflow, key)))
    return tuple(tag for tag in tags if not is_bookkeeping_tag(tag) and name_digest(tag) in noted) if noted else ()


def with_bookkeeping_tags(workflow: str, key: str, names: Iterable[str], *, sensitive: bool) -> Iterator[str]:
    """Yield every tag that names an image, each record before its name: no name is ever without a record.

    With `sensitive` the names contain something sensitive, which is recorded, too.
    """
    for name in names:
        if name != usual_name(workflow, key) and not is_bookkeeping_tag(name):
            if sensitive:
                yield bookkeeping_tag(SENSITIVE, workflow, key, name)
            yield bookkeeping_tag(NAMED, workflow, key, name)
        yield name


def are_sensitive(names: Iterable[str], images: Iterable[EngineJSON], workflow: str, key: str) -> bool:
    """Return whether one of the names is recorded as sensitive."""
    record = bookkeeping_repository(SENSITIVE, workflow, key)
    notes = {note for image in images for note in tags_in(image.get("RepoTags") or (), record)}
    return any(name_digest(name) in notes for name in names)


def untag(task: Task, wanted: Iterable[str]) -> None:
    """Remove, once all else is done, the names that runner set and that are no longer wanted."""
    task.on_commit(partial(_take_back, task, frozenset(wanted)))


def _take_back(task: Task, wanted: frozenset[str]) -> None:
    images, address = task.gateway.images, task.change.address
    record = bookkeeping_repository(NAMED, task.workflow, address.name)
    for image in images.list():
        tags = image.get("RepoTags") or ()
        for name in names_set_by_runner(image, task.workflow, address.name):
            if name not in wanted and not _is_noted_elsewhere(name, tags, record):
                images.remove(name)
        for notes in (record, bookkeeping_repository(SENSITIVE, task.workflow, address.name)):
            for note in tags_in(tags, notes):
                if note not in map(name_digest, wanted):
                    images.remove(f"{notes}:{note}")


def _is_noted_elsewhere(name: str, tags: Iterable[str], record: str) -> bool:
    """Return whether the name also belongs to another entry, whose build is the same image."""
    note = f":{name_digest(name)}"
    return any(tag.startswith(f"{NAMED}/") and tag.endswith(note) and tag != f"{record}{note}" for tag in tags)
