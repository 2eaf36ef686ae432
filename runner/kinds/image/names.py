"""Names of images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from runner.core.values import Value
from runner.resource.image_reference import familiar

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON


def usual_name(workflow: str, key: str) -> str:
    """Return the default name of a built image."""
    return familiar(f"{workflow}-{key}")


def names_of_entry(workflow: str, key: str, values: Mapping[str, Value]) -> tuple[str, ...]:
    """Return every name of an entry's image, the primary one first."""
    if "reference" in values:
        return (familiar(str(values["reference"])),)
    more = values.get("tags")
    first = familiar(str(values["tag"])) if values.get("tag") else usual_name(workflow, key)
    return tuple(dict.fromkeys((first, *(familiar(str(tag)) for tag in (more if isinstance(more, tuple) else ())))))


def names_of(image: EngineJSON) -> list[str]:
    """Return every name of an image in the engine's list: tags and digests."""
    return [*(image.get("RepoTags") or ()), *(image.get("RepoDigests") or ())]


def by_name(images: Iterable[EngineJSON]) -> dict[str, EngineJSON]:
    """Return the images of the engine's list by each of their names."""
    return {familiar(name): image for image in images for name in names_of(image)}
