"""What can be done to an image."""

from __future__ import annotations

from runner.core.event import State
from runner.core.plan import Action
from runner.core.state import Resource
from runner.core.task import Task
from runner.kinds.image.fingerprint import kept, key_of, names_of, of_bases, of_request, repository_of
from runner.resource.reference import familiar


def verb(desired: Resource | None, action: Action) -> str:
    """Call things what they are: building, pulling, tagging."""
    if desired is None or action in (Action.NOOP, Action.DELETE):
        return action.value
    if action is Action.UPDATE:
        return "tag"
    return "build" if "build" in desired.settings else "pull"


def make(task: Task) -> str:
    """Build or pull the image."""
    return _build(task) if "build" in task.desired.settings else _pull(task)


def _pull(task: Task) -> str:
    task.enter(State.PULLING)
    images, reference = task.gateway.images, task.desired.engine_name
    images.pull(reference, task.advance)
    return str(images.inspect(reference)["Id"])


def _build(task: Task) -> str:
    """Build, then tag with the fingerprint before any name: a name alone would look like somebody else's."""
    task.enter(State.BUILDING)
    images, desired = task.gateway.images, task.desired
    id = images.build(desired.settings["build"], task.advance)
    cache = repository_of(task.workflow, desired.address.name)
    mark = of_request(desired.settings["build"], of_bases(_base_ids(task)))
    images.tag(id, f"{cache}:{mark.tag}")
    _tag(task, id)
    for old in _former(task, cache):
        if old != mark.tag:
            images.remove(f"{cache}:{old}")
    return id


def _base_ids(task: Task) -> dict[str, str]:
    images = {familiar(name): image["Id"] for image in task.gateway.images.list() for name in names_of(image)}
    bases = {base: familiar(base) for base in task.desired.settings["bases"]}
    return {base: images[name] for base, name in bases.items() if name in images}


def _former(task: Task, cache: str) -> list[str]:
    return [tag for image in task.gateway.images.list() for tag in kept(image.get("RepoTags") or (), cache)]


def _tag(task: Task, id: str) -> None:
    names = task.desired.fields["names"]
    assert isinstance(names, tuple)
    for name in names:
        task.gateway.images.tag(id, str(name))


def update(task: Task) -> str:
    """Give an image that is there its names back."""
    task.enter(State.UPDATING)
    _tag(task, task.observed.id)
    return task.observed.id


def delete(task: Task) -> None:
    """Take away the names that runner gave; with its last name the image goes."""
    task.enter(State.REMOVING)
    images, id = task.gateway.images, task.observed.id
    given = _given_names(task)
    for image in images.list():
        for tag in image.get("RepoTags") or ():
            is_mark = key_of(tag, task.workflow) == task.observed.address.name
            if is_mark or (image["Id"] == id and tag in given):
                images.remove(tag)


def _given_names(task: Task) -> frozenset[str]:
    """Return the names that runner may have given; of an orphan's only the usual one is known."""
    observed = task.observed
    declared = observed.fields.get("names")
    usual = familiar(f"{task.workflow}-{observed.address.name}")
    return frozenset((usual, observed.engine_name, *(map(str, declared) if isinstance(declared, tuple) else ())))
