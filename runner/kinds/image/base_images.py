"""Base images of a build: images that the engine must have first, each under the name in the Dockerfile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runner.core.state import Resource
from runner.kinds.image.names import by_name
from runner.kinds.image.settings import BuildSettings
from runner.resource.image_reference import familiar
from runner.resource.platform import clean_platform

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.task import Task
    from runner.kinds.image.registry_digest import RegistryClient


def fetch_bases(task: Task) -> None:
    """Pull the bases that the engine lacks, or all of them if the build sets `pull`.

    BuildKit would fetch them itself, and keep them where nothing finds them: their ids are part of the fingerprint.
    """
    request = task.desired.settings_as(BuildSettings).build
    engine = clean_platform(f"{task.engine.os}/{task.engine.architecture}")
    if request.platform not in (None, engine):
        return
    images = by_name(task.gateway.images.list())
    for name in _from_registries(task.desired):
        if request.pull or name not in images:
            task.gateway.images.pull(name, task.report, idle_timeout=task.timeout)


def base_ids(task: Task) -> dict[str, str]:
    """Return the ids of the bases that the engine has, by their names in the Dockerfile."""
    images = by_name(task.gateway.images.list())
    request = task.desired.settings_as(BuildSettings).build
    names = {base: familiar(request.pins.get(base, base)) for base in task.desired.settings_as(BuildSettings).bases}
    return {base: images[name]["Id"] for base, name in names.items() if name in images}


def outdated_base(resource: Resource, images: Mapping[str, EngineJSON], registries: RegistryClient) -> str:
    """Return the first base with a newer image in its registry, if the build sets `pull`; else nothing.

    A base whose registry can't be asked now counts as current.
    """
    request = resource.settings_as(BuildSettings).build
    for name in _from_registries(resource) if request.pull else ():
        digests = [known.partition("@")[2] for known in images.get(name, {}).get("RepoDigests") or ()]
        latest = registries.digest(name, resource)
        if latest is not None and latest not in digests:
            return name
    return ""


def _from_registries(resource: Resource) -> Iterator[str]:
    """Yield the names of the bases that aren't images of the workflow."""
    request = resource.settings_as(BuildSettings).build
    for base, ref in resource.settings_as(BuildSettings).bases.items():
        if ref.address.name == familiar(base):
            yield familiar(request.pins.get(base, base))
