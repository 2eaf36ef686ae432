"""A lock file compared with an engine: locked images that are missing, and names that have moved on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.engine_answers import EngineJSON
from runner.core.lockfile import LockedImage, LockFile
from runner.core.state import DesiredState
from runner.kinds.image.lockable_names import lockable_references
from runner.kinds.image.names import by_name
from runner.resource.image_reference import repository

_UPGRADE = "update the lock file with: runner lock --upgrade "
_BRING = "load it with docker load, or relock with: runner lock --upgrade"


def unavailable_images(desired: DesiredState, lock: LockFile, images: Iterable[EngineJSON]) -> Iterator[Diagnostic]:
    """Yield a problem for every image that is locked by its id and missing; `images` are the engine's.

    A base image of a build must have its name, too.
    """
    listed = tuple(images)
    named, ids = by_name(listed), {image["Id"] for image in listed}
    for use in lockable_references(desired):
        id = lock.images[use.name].id
        there = {named[use.name]["Id"]} if use.role and use.name in named else set() if use.role else ids
        if id and id not in there:
            message = f"{use.words} is locked to an image that is not on the engine: {id[:19]}"
            yield Diagnostic("locked-image", message, use.span, _BRING)


def moved_tags(
    desired: DesiredState, lock: LockFile, images: Iterable[EngineJSON], latest: Mapping[Address, str]
) -> Iterator[Diagnostic]:
    """Yield a warning for every name that stands for another image than the locked one.

    Only by what is known without asking a registry: what the engine has under the name, and the digests in `latest`
    that a registry has already reported.
    """
    named = by_name(images)
    for use in lockable_references(desired):
        image, there, newest = lock.images.get(use.name), named.get(use.name), latest.get(use.address)
        if image is None:
            continue
        if newest is not None and not use.role and newest != image.digest:
            where = f"the registry has {newest[:19]}"
        elif there is not None and _is_another(image, use.name, there):
            where = f"the engine has {there['Id'][:19]}"
        else:
            continue
        message = f"{use.words} is outdated: {where}, the lock file has {(image.digest or image.id)[:19]}"
        yield Diagnostic("moved-on", message, use.span, _UPGRADE + use.name, severity=Severity.WARNING)


def _is_another(locked: LockedImage, name: str, image: EngineJSON) -> bool:
    """Return whether an image is known not to be the locked one: an image from an archive has no digest."""
    if locked.id:
        return bool(image["Id"] != locked.id)
    digests = digests_of(image, name)
    return bool(digests) and locked.digest not in digests


def digests_of(image: EngineJSON, name: str) -> list[str]:
    """Return the digests of an image in the repository of a name."""
    pairs = (digest.split("@") for digest in image.get("RepoDigests") or ())
    return sorted(digest for repo, digest in pairs if repository(f"{repo}:latest") == repository(name))
