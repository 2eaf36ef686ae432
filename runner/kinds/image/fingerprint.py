"""The fingerprint of a build: one digest per kind of input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runner.core.state import FieldValue, Resource
from runner.core.struct import Struct, field_names, replace, to_builtins
from runner.core.values import Digest, Value
from runner.kinds.image.settings import build_of

if TYPE_CHECKING:
    from runner.core.build import BuildRequest


_GUESSABLE = ("dockerfile", "options", "bases")
"""The parts that sensitive values may go into: of a context only the contents count."""
GUESSABLE = frozenset(f"build.{name}" for name in _GUESSABLE)
"""The fields of these parts."""


class Fingerprint(Struct):
    """One digest per kind of input, so that a plan can show which one changed.

    >>> Fingerprint.parse("1a.2b.3c.4d").tag
    '1a.2b.3c.4d'
    """

    context: str
    dockerfile: str
    options: str
    bases: str

    @property
    def tag(self) -> str:
        """The tag for the fingerprint."""
        return ".".join((self.context, self.dockerfile, self.options, self.bases))

    @classmethod
    def parse(cls, tag: str) -> Fingerprint | None:
        """Parse a tag; None if it is no fingerprint."""
        parts = tag.split(".")
        return cls(*parts) if len(parts) == len(field_names(cls)) else None

    def values(self) -> dict[str, Value]:
        """Return the parts as the image's fields."""
        return {f"build.{name}": part for name, part in to_builtins(self).items()}

    def salted(self) -> Fingerprint:
        """Return the fingerprint with salted parts, all but the context, so that its inputs can't be guessed."""
        parts = {name: Digest.salted(getattr(self, name)).text for name in _GUESSABLE}
        return replace(self, **parts)

    def seen_as(self, values: Mapping[str, FieldValue]) -> Fingerprint:
        """Return the fingerprint with unsalted parts where they match the desired `values`."""
        wanted = {name: values.get(f"build.{name}") for name in _GUESSABLE}
        met = {
            name: part
            for name, part in wanted.items()
            if isinstance(part, str) and is_made_of(getattr(self, name), part)
        }
        return replace(self, **met)

    @property
    def is_salted(self) -> bool:
        """Whether a sensitive value went in."""
        return any(Digest(getattr(self, name)).is_salted for name in _GUESSABLE)


def is_made_of(kept: object, part: str) -> bool:
    """Return whether a stored part, salted or not, matches this one."""
    return isinstance(kept, str) and (kept == part or (Digest(kept).is_salted and Digest(kept).matches(part)))


def of_request(request: BuildRequest, bases: str) -> Fingerprint:
    """Return the fingerprint of a build's inputs; `bases` is the digest of its base images."""
    from runner.core.build import combined_digest

    return Fingerprint(
        context=combined_digest(request.contexts),
        dockerfile=Digest.of(request.dockerfile.text).text,
        options=Digest.of(_options(request)).text,
        bases=bases,
    )


def _options(request: BuildRequest) -> dict[str, Value]:
    """Return what decides the result besides files; unset options leave no trace, nor does how it is built."""
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


def contents(resource: Resource, path: str) -> Mapping[str, Value]:
    """Return what the digest at a path was made of, by key of the file; a context's files aren't part of it."""
    build = build_of(resource.settings)
    if build is None:
        return {}
    if path == "build.dockerfile":
        return {path: build.dockerfile.text}
    return dict(_named_options(build)) if path == "build.options" else {}


def _named_options(build: BuildRequest) -> Iterator[tuple[str, Value]]:
    yield "build.target", build.target
    yield from ((f"build.args.{name}", text) for name, text in build.args.items())
    yield from ((f"build.labels.{name}", text) for name, text in build.labels.items())
    yield "build.platform", build.platform
    yield "build.network", build.network
    yield "build.extra_hosts", build.extra_hosts or None
    yield "build.shm_size", build.shm_size
    yield from ((f"build.additional_contexts.{name}", image) for name, image in build.images.items())


def of_bases(ids: Mapping[str, str]) -> str:
    """Return the digest of a build's base images, by their names in the Dockerfile."""
    return Digest.of(dict(sorted(ids.items()))).text
