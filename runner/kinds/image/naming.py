"""Giving built images their names, and taking away those that nobody wants any more.

Which names runner gave is noted on the engine beside them, for a name alone could be anybody's. The usual one needs no
note: together with a fingerprint it is runner's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from runner.kinds.image.marks import NAMED, SENSITIVE, is_mark, kept, mark_of, note_of, record_of, repository_of
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


def have_sensitive(names: Iterable[str], image: EngineJSON, workflow: str, key: str) -> bool:
    """Tell whether something sensitive went into one of the names that runner gave to an image for an entry."""
    noted = kept(image.get("RepoTags") or (), record_of(SENSITIVE, workflow, key))
    return not {note_of(name) for name in names}.isdisjoint(noted)


def with_notes(workflow: str, key: str, names: Iterable[str], *, sensitive: bool) -> Iterator[str]:
    """Yield every tag that gives an image its names, each note before the name: no name is ever without one."""
    notes = (SENSITIVE, NAMED) if sensitive else (NAMED,)
    for name in names:
        if name != usual_name(workflow, key) and not is_mark(name):
            yield from (mark_of(what, workflow, key, name) for what in notes)
        yield name


def take_back(task: Task, wanted: Iterable[str]) -> None:
    """Take away, once all else is done, the names that were given and aren't wanted any more."""
    task.afterwards(partial(_take_back, task, frozenset(wanted)))


def _take_back(task: Task, wanted: frozenset[str]) -> None:
    images, address = task.gateway.images, task.change.address
    named, sensitive = (record_of(what, task.workflow, address.name) for what in (NAMED, SENSITIVE))
    wanted_notes = set(map(note_of, wanted))
    for image in images.list():
        tags = image.get("RepoTags") or ()
        for name in given_names(image, task.workflow, address.name):
            if name not in wanted and not _is_noted_elsewhere(name, tags, named):
                images.remove(name)
        # That it holds something sensitive is known for as long as the name is known.
        for record in (named, sensitive):
            for note in kept(tags, record):
                if note not in wanted_notes:
                    images.remove(f"{record}:{note}")


def _is_noted_elsewhere(name: str, tags: Iterable[str], record: str) -> bool:
    """Tell whether the name is another entry's, too, which came to the very same image."""
    note = f":{note_of(name)}"
    return any(tag.startswith(f"{NAMED}/") and tag.endswith(note) and tag != f"{record}{note}" for tag in tags)
