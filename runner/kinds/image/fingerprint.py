"""What went into a build, and where it was pushed, as tags under which the engine keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from runner.core.values import Digest, Value
from runner.resource.reference import familiar

if TYPE_CHECKING:
    from runner.core.build import BuildRequest
    from runner.core.gateway import EngineJSON

CACHE = "runner.cache"
"""A made-up registry: tags in it are fingerprints, never pushed anywhere."""
PUSHED = "runner.pushed"
"""Another one: tags in it say what was pushed, and are never pushed themselves."""

_PART = re.compile(r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One digest for each sort of input, so that a plan can say which one changed.

    >>> Fingerprint.parse("1a.2b.3c.4d").tag
    '1a.2b.3c.4d'
    """

    context: str
    dockerfile: str
    options: str
    bases: str

    @property
    def tag(self) -> str:
        """The tag that carries it."""
        return ".".join((self.context, self.dockerfile, self.options, self.bases))

    @classmethod
    def parse(cls, tag: str) -> Fingerprint | None:
        """Read a tag; None when it is no fingerprint."""
        parts = tag.split(".")
        return cls(*parts) if len(parts) == len(fields(cls)) else None

    def values(self) -> dict[str, Value]:
        """Return its parts as the image's fields."""
        return {f"build.{name}": part for name, part in asdict(self).items()}


def of_request(request: BuildRequest, bases: str) -> Fingerprint:
    """Digest a build's inputs; `bases` is the digest over the images that it rests on."""
    from runner.core.build import digest_together

    return Fingerprint(
        context=digest_together(request.contexts),
        dockerfile=Digest.of(request.dockerfile.text).text,
        options=Digest.of(_options(request)).text,
        bases=bases,
    )


def _options(request: BuildRequest) -> dict[str, Value]:
    """Return what decides over the result beside files; what isn't given leaves no mark, nor does how it is built."""
    more: dict[str, Value] = {
        "platform": request.platform,
        "network": request.network,
        "extra_hosts": request.extra_hosts,
        "shm_size": request.shm_size,
        "images": dict(request.images),
        "secrets": {id: Digest.of_bytes(content).text for id, content in request.secrets.items()},
    }
    given = {name: value for name, value in more.items() if value}
    return {"target": request.target, "args": dict(request.args), "labels": dict(request.labels), **given}


def of_bases(ids: Mapping[str, str]) -> str:
    """Digest the images that a build rests on, by the name that the Dockerfile gives them."""
    return Digest.of(dict(sorted(ids.items()))).text


def repository_of(workflow: str, key: str) -> str:
    """Return the repository that holds the fingerprints of one image."""
    return f"{CACHE}/{_path_part(workflow)}/{_path_part(key)}"


def _path_part(name: str) -> str:
    """Return the name where a repository may have it, else a likeness made unique."""
    if _PART.fullmatch(name):
        return name
    likeness = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"{likeness or 'x'}-{Digest.of(name).text}"


def record_of(workflow: str, key: str) -> str:
    """Return the repository whose tags tell under which names an image was pushed."""
    return f"{PUSHED}/{_path_part(workflow)}/{_path_part(key)}"


def push_mark(workflow: str, key: str, name: str) -> str:
    """Return the tag that an image bears when it was the last to be pushed under a name."""
    return f"{record_of(workflow, key)}:{Digest.of(name).text}"


def key_of(tag: str, workflow: str) -> str | None:
    """Return the key of the image that a tag of this workflow is the fingerprint of, else None."""
    prefix = f"{CACHE}/{_path_part(workflow)}/"
    return tag.removeprefix(prefix).rpartition(":")[0] if tag.startswith(prefix) else None


def names_of(image: EngineJSON) -> list[str]:
    """Return every name of an image in the engine's list, tags and digests."""
    return [*(image.get("RepoTags") or ()), *(image.get("RepoDigests") or ())]


def by_name(images: Iterable[EngineJSON]) -> dict[str, EngineJSON]:
    """Return the images of the engine's list by each of their names."""
    return {familiar(name): image for image in images for name in names_of(image)}


def kept(tags: Iterable[str], repository: str) -> list[str]:
    """Return the tags of a repository out of an image's names."""
    return [tag.rpartition(":")[2] for tag in tags if tag.rpartition(":")[0] == repository]
