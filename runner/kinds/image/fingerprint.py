"""What went into a build, digested: one digest for each sort of input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

from runner.core.state import FieldValue
from runner.core.values import Digest, Value

if TYPE_CHECKING:
    from runner.core.build import BuildRequest


_GUESSABLE = ("dockerfile", "options", "bases")
"""The parts that what is sensitive may go into: of a context only the contents count."""
GUESSABLE = frozenset(f"build.{name}" for name in _GUESSABLE)
"""The fields that hold them."""


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

    def salted(self) -> Fingerprint:
        """Return it with salts, all but the context: nobody can guess from it what went in."""
        parts = {name: Digest.salted(getattr(self, name)).text for name in _GUESSABLE}
        return replace(self, **parts)

    def seen_as(self, values: Mapping[str, FieldValue]) -> Fingerprint:
        """Return it with the parts that are made of what is wanted as these are wanted, without their salts."""
        wanted = {name: values.get(f"build.{name}") for name in _GUESSABLE}
        met = {
            name: part
            for name, part in wanted.items()
            if isinstance(part, str) and is_made_of(getattr(self, name), part)
        }
        return replace(self, **met)

    @property
    def is_salted(self) -> bool:
        """Tell whether something sensitive went in."""
        return any(Digest(getattr(self, name)).is_salted for name in _GUESSABLE)


def is_made_of(kept: object, part: str) -> bool:
    """Tell whether a part that was kept, with a salt or without, is this one."""
    return isinstance(kept, str) and (kept == part or (Digest(kept).is_salted and Digest(kept).matches(part)))


def of_request(request: BuildRequest, bases: str) -> Fingerprint:
    """Digest a build's inputs; `bases` is the digest over the images that it rests on."""
    from runner.core.build import combined_digest

    return Fingerprint(
        context=combined_digest(request.contexts),
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
