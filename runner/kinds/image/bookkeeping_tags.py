"""Bookkeeping tags: what runner records about a built image, as tags in fictitious registries, never pushed to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from runner.core.lazy_pattern import lazy_pattern
from runner.core.values import Digest

_CACHE: Final = "runner.cache"
"""The registry whose tags are fingerprints."""
NAMED: Final = "runner.named"
"""The registry whose tags record the names that runner set."""
SENSITIVE: Final = "runner.sensitive"
"""The registry whose tags record which of these names contain something sensitive."""
PUSHED: Final = "runner.pushed"
"""The registry whose tags record the names under which an image was pushed."""
_PART: Final = lazy_pattern(r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*")


def cache_repository(workflow: str, key: str) -> str:
    """Return the repository of the fingerprints of one image."""
    return f"{_CACHE}/{path_part(workflow)}/{path_part(key)}"


def path_part(name: str) -> str:
    """Return the name if it is valid in a repository, else a similar, unique one."""
    if _PART.fullmatch(name):
        return name
    likeness = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"{likeness or 'x'}-{Digest.of(name).text}"


def bookkeeping_repository(what: str, workflow: str, key: str) -> str:
    """Return the repository of one image whose tags record what was done with names: NAMED, SENSITIVE or PUSHED."""
    return f"{what}/{path_part(workflow)}/{path_part(key)}"


def bookkeeping_tag(what: str, workflow: str, key: str, name: str) -> str:
    """Return the tag that records `what` for a name, on the image for which it was last done."""
    return f"{bookkeeping_repository(what, workflow, key)}:{name_digest(name)}"


def name_digest(name: str) -> str:
    """Return the form in which a name is recorded: a digest, since not every name fits into a tag."""
    return Digest.of(name).text


def marks_of(workflow: str, key: str) -> tuple[str, ...]:
    """Return the prefixes of all bookkeeping tags that an image may have for an entry."""
    repositories = (
        cache_repository(workflow, key),
        *(bookkeeping_repository(what, workflow, key) for what in (NAMED, SENSITIVE, PUSHED)),
    )
    return tuple(f"{repository}:" for repository in repositories)


def image_key(tag: str, workflow: str) -> str | None:
    """Return the image key of a fingerprint tag of this workflow, else None."""
    prefix = f"{_CACHE}/{path_part(workflow)}/"
    return tag.removeprefix(prefix).rpartition(":")[0] if tag.startswith(prefix) else None


def entry_of(tag: str) -> tuple[str, str] | None:
    """Return the workflow and the image key of a fingerprint tag of any workflow, each as a path part; else None."""
    repository, _, _ = tag.rpartition(":")
    registry, *parts = repository.split("/")
    return (parts[0], parts[1]) if registry == _CACHE and len(parts) == 2 else None


def is_bookkeeping_tag(name: str) -> bool:
    """Return whether a name is such a tag rather than a real name of the image."""
    return name.startswith((f"{_CACHE}/", f"{NAMED}/", f"{SENSITIVE}/", f"{PUSHED}/"))


def tags_in(tags: Iterable[str], repository: str) -> list[str]:
    """Return the tags of a repository among an image's names."""
    return [tag.rpartition(":")[2] for tag in tags if tag.rpartition(":")[0] == repository]
