"""References with a digest: what services run, so that every node has the same image, today and after a restart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from runner.core.lazy_pattern import lazy_pattern
from runner.kinds.image.lock_status import digests_of
from runner.resource.image_reference import familiar, repository
from runner.resource.labels import WORKFLOW

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON

_ID = lazy_pattern(r"sha256:[0-9a-f]{64}")


def is_fixed(reference: str) -> bool:
    """Tell whether a reference stands for one image for ever: by its digest, or by the id that all nodes know it by."""
    return "@" in reference or _ID.fullmatch(reference) is not None


def running(services: Iterable[EngineJSON], workflow: str) -> Mapping[str, str]:
    """Return the pinned references that a workflow's services run, by the name without the digest.

    Of several digests under one name, which only a failed run leaves, the one that was deployed last counts. A digest
    without a tag, out of a lock file or a record, stands for no name.
    """
    found = ((*image.rpartition("@"), image) for image in _images(services, workflow))
    return {familiar(name): image for name, _, _, image in found if ":" in name.rpartition("/")[2]}


def by_name(services: Iterable[EngineJSON], workflow: str) -> dict[str, EngineJSON]:
    """Return the images that a workflow's services run as an engine would list them, by name."""
    return {
        name: {"Id": image, "RepoTags": [name], "RepoDigests": [f"{repository(name)}@{image.rpartition('@')[2]}"]}
        for name, image in running(services, workflow).items()
    }


def _images(services: Iterable[EngineJSON], workflow: str) -> Iterator[str]:
    ours = [one for one in services if (one["Spec"].get("Labels") or {}).get(WORKFLOW) == workflow]
    for service in sorted(ours, key=lambda one: str(one.get("UpdatedAt", ""))):
        yield str((service["Spec"]["TaskTemplate"].get("ContainerSpec") or {}).get("Image", ""))


def pinned(name: str, digest: str) -> str:
    """Return the reference to one image under a name.

    >>> pinned("shop/web:1", "sha256:0f")
    'shop/web:1@sha256:0f'
    """
    return f"{name}@{digest}"


def pushed_reference(name: str, image: EngineJSON, services_run: Mapping[str, str]) -> str | None:
    """Return the pinned reference of an image of the manager that was pushed under a name; None if its digest is lost.

    An image may have been pushed twice, in two forms: the one that is running counts.
    """
    references = [pinned(name, digest) for digest in digests_of(image, name)]
    there = services_run.get(name)
    return there if there in references else next(iter(references), None)
