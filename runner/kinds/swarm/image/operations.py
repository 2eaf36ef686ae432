"""The operations on images of a swarm: built and pushed by a manager, or just pinned; nodes pull them by themselves.

Each tells the pinned reference. A push is never deferred to the end of an atomic run: its services need the image.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.core.errors import EngineError, StepFailed
from runner.core.resource_state import State
from runner.kinds.image import operations as of_engine
from runner.kinds.image.lock_status import digests_of
from runner.kinds.image.push import push_at_once
from runner.kinds.image.settings import BuildSettings, PullSettings
from runner.kinds.swarm.image.declare import HELP
from runner.kinds.swarm.image.options import is_only_pushed
from runner.kinds.swarm.image.pinned import pinned
from runner.kinds.swarm.image.traits import is_only_base

if TYPE_CHECKING:
    from runner.core.task import Task

_NO_REGISTRY = f"{HELP}; or load it on every node by yourself, and set pull: never"


def obtain(task: Task) -> str:
    """Build and push the image, or resolve its name in its registry."""
    settings = task.desired.settings
    if not isinstance(settings, BuildSettings):
        return of_engine.pull(task) if is_only_base(task.change.observed) else _resolve(task)
    if task.change.observed is not None and is_only_pushed(task.change.diff):
        return update(task)
    return _pushed(task, of_engine.build(task, push_at_once))


def update(task: Task) -> str:
    """Set the names of an existing build, and push it where it is missing."""
    return _pushed(task, of_engine.update(task, push_at_once))


def _resolve(task: Task) -> str:
    task.set_state(State.PULLING)
    name = task.desired.settings_as(PullSettings).reference
    return _told(task, pinned(name, _registry_digest(task, name)))


def _told(task: Task, reference: str) -> str:
    task.tell({"pinned": reference})
    return reference


def _registry_digest(task: Task, name: str) -> str:
    try:
        return task.gateway.images.registry_digest(name).digest
    except EngineError as error:
        message = f"the nodes may get different images: {error.message}"
        raise StepFailed(message, help=error.help or _NO_REGISTRY, code="unreachable-image") from error


def _pushed(task: Task, id: str) -> str:
    """Tell the pinned reference of a build; none if it isn't pushed, as the base of others."""
    name = task.desired.engine_name
    if "pushed" in task.desired.fields:
        digests = digests_of(task.gateway.images.inspect(id), name)
        _told(task, pinned(name, digests[0] if len(digests) == 1 else _registry_digest(task, name)))
    return id
