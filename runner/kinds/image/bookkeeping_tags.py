"""Tags under which the engine keeps what runner knows of a built image: made-up registries, never pushed to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from runner.core.values import Digest

_CACHE: Final = "runner.cache"
"""Tags in it are fingerprints."""
NAMED: Final = "runner.named"
"""Tags in it say which names runner gave."""
SENSITIVE: Final = "runner.sensitive"
"""Tags in it say which of these names hold something sensitive."""
PUSHED: Final = "runner.pushed"
"""Tags in it say under which names an image was pushed."""
_PART: Final = re.compile(r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*")


def cache_repository(workflow: str, key: str) -> str:
    """Return the repository that holds the fingerprints of one image."""
    return f"{_CACHE}/{_path_part(workflow)}/{_path_part(key)}"


def _path_part(name: str) -> str:
    """Return the name where a repository may have it, else a likeness made unique."""
    if _PART.fullmatch(name):
        return name
    likeness = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"{likeness or 'x'}-{Digest.of(name).text}"


def bookkeeping_repository(what: str, workflow: str, key: str) -> str:
    """Return the repository whose tags tell what was done with names of one image: NAMED, SENSITIVE or PUSHED."""
    return f"{what}/{_path_part(workflow)}/{_path_part(key)}"


def bookkeeping_tag(what: str, workflow: str, key: str, name: str) -> str:
    """Return the tag that the image bears with which that was last done under a name."""
    return f"{bookkeeping_repository(what, workflow, key)}:{name_digest(name)}"


def name_digest(name: str) -> str:
    """Return how a name is noted: as a digest, since not every name fits into a tag."""
    return Digest.of(name).text


def marks_of(workflow: str, key: str) -> tuple[str, ...]:
    """Return how each of the tags begins that an image may bear for an entry."""
    repositories = (
        cache_repository(workflow, key),
        *(bookkeeping_repository(what, workflow, key) for what in (NAMED, SENSITIVE, PUSHED)),
    )
    return tuple(f"{repository}:" for repository in repositories)


def image_key(tag: str, workflow: str) -> str | None:
    """Return the key of the image that a tag of this workflow is the fingerprint of, else None."""
    prefix = f"{_CACHE}/{_path_part(workflow)}/"
    return tag.removeprefix(prefix).rpartition(":")[0] if tag.startswith(prefix) else None


def is_bookkeeping_tag(name: str) -> bool:
    """Tell such a tag from a name that an image has for others."""
    return name.startswith((f"{_CACHE}/", f"{NAMED}/", f"{SENSITIVE}/", f"{PUSHED}/"))


def tags_in(tags: Iterable[str], repository: str) -> list[str]:
    """Return the tags of a repository out of an image's names."""
    return [tag.rpartition(":")[2] for tag in tags if tag.rpartition(":")[0] == repository]
