"""The operations on images."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from runner.core.errors import NotFound, StepFailed
from runner.core.plan import Action, FieldDiff
from runner.core.resource_state import State
from runner.core.sensitive import is_sensitive
from runner.core.state import Resource
from runner.core.struct import replace as replace_values
from runner.kinds.image.base_images import base_ids, fetch_bases
from runner.kinds.image.bookkeeping_tags import cache_repository, marks_of, tags_in
from runner.kinds.image.fingerprint import GUESSABLE, Fingerprint, of_bases, of_request
from runner.kinds.image.names import by_name
from runner.kinds.image.push import push
from runner.kinds.image.settings import ArchivedImage, BuildSettings, PullSettings
from runner.kinds.image.tagging import names_set_by_runner, untag, with_bookkeeping_tags
from runner.kinds.image.traits import traits_of
from runner.resource.labels import creation_labels

if TYPE_CHECKING:
    from runner.core.task import Task


def action_label(desired: Resource | None, action: Action, diff: tuple[FieldDiff, ...]) -> str:
    """Return the label of an action: build, load, pull, tag or push."""
    if desired is None or action in (Action.NOOP, Action.DELETE):
        return action.value
    if action is Action.UPDATE:
        words = {"names": "tag", "pushed": "push"}
        return " and ".join(words[found.path] for found in diff if found.path in words)
    settings = desired.settings
    if isinstance(settings, PullSettings):
        return "load" if settings.archived else "pull"
    return "build and push" if "pushed" in desired.fields else "build"


def obtain(task: Task) -> str:
    """Build, load or pull the image."""
    settings = task.desired.settings
    if isinstance(settings, PullSettings):
        return _load(task, settings.archived) if settings.archived else pull(task)
    return build(task)


def _load(task: Task, archived: ArchivedImage) -> str:
    """Load the image from its archive."""
    task.set_state(State.CREATING)
    images = task.gateway.images
    images.load(archived.archive, task.report, idle_timeout=task.timeout)
    try:
        id = str(images.inspect(archived.id)["Id"])
    except NotFound as error:
        raise StepFailed(f"the loaded image does not match {archived.id}", code="image-mismatch") from error
    cache = _cache(task)
    names = _tags(task, _free_names(task, archived.names, cache))
    task.on_rollback(_way_back(task, names))
    for name in names:
        images.tag(id, name)
    if any(name.startswith(f"{cache}:") for name in names):
        _forget_former(task, cache, but=names)
    return id


def _free_names(task: Task, names: Iterable[str], cache: str) -> list[str]:
    """Drop names that other images have, unless these are earlier builds of the same entry."""
    taken = by_name(task.gateway.images.list())
    return [name for name in names if name not in taken or tags_in(taken[name].get("RepoTags") or (), cache)]


def pull(task: Task) -> str:
    """Pull the image under its name."""
    task.set_state(State.PULLING)
    images, reference = task.gateway.images, task.desired.engine_name
    if task.change.observed is not None:  # a newly pulled image stays, as a cache
        task.on_rollback(partial(images.tag, task.observed.id, reference))
    images.pull(reference, task.report, idle_timeout=task.timeout)
    return str(images.inspect(reference)["Id"])


def build(task: Task, deliver: Callable[[Task, str], None] = push) -> str:
    """Build under the fingerprint, then tag: a name alone would look like another client's image."""
    task.set_state(State.BUILDING)
    images, desired = task.gateway.images, task.desired
    fetch_bases(task)
    cache, mark = _cache(task), _mark(task)
    task.on_rollback(_way_back(task, (f"{cache}:{mark.tag}", *_tags(task, _names(task)))))
    given = desired.settings_as(BuildSettings).build
    labels = {**creation_labels(desired, task.attribute), **given.labels}
    request = replace_values(given, proxies=task.proxies, labels=labels)
    id = images.build(request, f"{cache}:{mark.tag}", task.report)
    _tag(task, id)
    _forget_former(task, cache, but=(f"{cache}:{mark.tag}",))
    deliver(task, id)
    return id


def _cache(task: Task) -> str:
    return cache_repository(task.workflow, task.desired.address.name)


def _mark(task: Task) -> Fingerprint:
    """Return the fingerprint of the inputs as they are now."""
    desired = task.desired
    mark = of_request(desired.settings_as(BuildSettings).build, of_bases(base_ids(task)))
    return mark.salted() if GUESSABLE & desired.sensitive_places else mark


def _forget_former(task: Task, cache: str, *, but: Iterable[str]) -> None:
    """Remove the fingerprints of earlier builds; an image is removed with its last name."""
    images = task.gateway.images
    former = (f"{cache}:{tag}" for image in images.list() for tag in tags_in(image.get("RepoTags") or (), cache))
    for name in former:
        if name not in but:
            task.on_commit(partial(images.remove, name))


def _names(task: Task) -> tuple[str, ...]:
    names = task.desired.fields["names"]
    assert isinstance(names, tuple)
    return tuple(map(str, names))


def _tags(task: Task, names: Iterable[str]) -> tuple[str, ...]:
    sensitive = is_sensitive("names", task.desired.sensitive_places)
    return tuple(with_bookkeeping_tags(task.workflow, task.desired.address.name, names, sensitive=sensitive))


def _tag(task: Task, id: str) -> None:
    names = _names(task)
    for tag in _tags(task, names):
        task.gateway.images.tag(id, tag)
    untag(task, names)


def _way_back(task: Task, names: Iterable[str]) -> Callable[[], None]:
    """Capture which images have the names; return the undo action that restores these and removes new names."""
    images = task.gateway.images
    before = {tag: image["Id"] for image in images.list() for tag in image.get("RepoTags") or ()}

    def restore() -> None:
        for name in names:
            if name in before:
                images.tag(before[name], name)
            else:
                images.remove(name)

    return restore


def update(task: Task, deliver: Callable[[Task, str], None] = push) -> str:
    """Set the names of an existing image, and push it where it is missing; an adopted one gets its fingerprint."""
    task.set_state(State.UPDATING)
    marks = () if task.observed.owned else (f"{_cache(task)}:{_mark(task).tag}",)
    task.on_rollback(_way_back(task, (*marks, *_tags(task, _names(task)))))
    for mark in marks:
        task.gateway.images.tag(task.observed.id, mark)
    _tag(task, task.observed.id)
    deliver(task, task.observed.id)
    return task.observed.id


def delete(task: Task) -> None:
    """Remove the names that runner set; the image is removed with its last name."""
    task.set_state(State.REMOVING)
    task.on_commit(partial(_remove, task))


def _remove(task: Task) -> None:
    images, key = task.gateway.images, traits_of(task.observed).key or task.observed.address.name
    marks = marks_of(task.workflow, key)
    for image in images.list():
        given = names_set_by_runner(image, task.workflow, key)
        for tag in image.get("RepoTags") or ():
            if tag in given or tag.startswith(marks):
                images.remove(tag)
