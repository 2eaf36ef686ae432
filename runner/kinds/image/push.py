"""Push a built image to its registries.

What was pushed is recorded on the engine, as one tag per name: no registry must be asked whether it has the image, and
a failed or interrupted push is continued by the next apply.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runner.kinds.image.bookkeeping_tags import PUSHED, bookkeeping_repository, bookkeeping_tag, tags_in
from runner.kinds.image.force_rebuild import is_forced

if TYPE_CHECKING:
    from runner.core.task import Task


def push(task: Task, id: str) -> None:
    """Push under the names that are not pushed yet, and drop the records of names that are no longer pushed."""
    task.on_commit(partial(push_at_once, task, id))


def push_at_once(task: Task, id: str) -> None:
    """Push at once, even in an atomic run: where others pull the image before the run ends."""
    images, names = task.gateway.images, _wanted(task)
    marks = {name: bookkeeping_tag(PUSHED, task.workflow, task.desired.address.name, name) for name in names}
    there = {tag: image["Id"] for image in images.list() for tag in image.get("RepoTags") or ()}
    for name, mark in marks.items():
        if there.get(mark) != id or is_forced(task.desired):
            images.push(name, task.report, idle_timeout=task.timeout)
            images.tag(id, mark)
    record = bookkeeping_repository(PUSHED, task.workflow, task.desired.address.name)
    for tag in tags_in(there, record):
        if (mark := f"{record}:{tag}") not in marks.values():
            images.remove(mark)


def _wanted(task: Task) -> tuple[str, ...]:
    names = task.desired.fields.get("pushed", ())
    assert isinstance(names, tuple)
    return tuple(map(str, names))
