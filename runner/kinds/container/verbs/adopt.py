"""Ownership of a container that another program created, before it is replaced.

The record comes first: a run killed during the replacement leaves a container that the next one knows as its own.
"""

from __future__ import annotations

from runner import __version__
from runner.core.struct import replace
from runner.core.task import Task
from runner.kinds.shared import label_overrides
from runner.resource.labels import ownership
from runner.resource.volume_store import VolumeStore


def owning(task: Task) -> Task:
    """Return the task with a container that this workflow owns: one that it doesn't own yet gets a record.

    Nothing counts as applied to it.
    """
    if task.observed.owned:
        return task
    task.on_rollback(label_overrides.restore_point(VolumeStore(task.gateway), task.observed))
    labels = ownership(task.workflow, task.desired, {}, __version__, file=task.file)
    kept = label_overrides.save(VolumeStore(task.gateway), task.observed, labels)
    return task.with_observed(replace(kept, owned=True))
