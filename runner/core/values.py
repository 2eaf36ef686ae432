"""Field values in their canonical form: plain, JSON-like, comparable, and never mutated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from typing import Final, TypeAlias

Value: TypeAlias = "None | bool | int | float | str | tuple[Value, ...] | Mapping[str, Value]"


class Marker(Enum):
    """Stands where a value would, when there is none to show."""

    UNKNOWN = "(known after apply)"
    """Decided only when what it refers to has been made."""


UNKNOWN: Final = Marker.UNKNOWN


def is_empty(value: Value) -> bool:
    """Tell whether the engine would take this for "not given": null, "" and empty collections are one.

    >>> is_empty(()), is_empty(0), is_empty(False)
    (True, False, False)
    """
    return value is None or (isinstance(value, str | tuple | Mapping) and not value)


def as_map(value: object) -> Mapping[str, Value]:
    """Return a map as it is, and an empty one for all else."""
    return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Digest:
    """A short fingerprint of a value, safe to keep where the value is not."""

    text: str

    @classmethod
    def of(cls, value: Value) -> Digest:
        """Digest a canonical value: 48 bits of BLAKE2b over its JSON with sorted keys."""
        canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=dict)
        return cls.of_bytes(canonical.encode())

    @classmethod
    def of_bytes(cls, content: bytes) -> Digest:
        """Digest content as it is."""
        return cls.of_chunks((content,))

    @classmethod
    def of_chunks(cls, chunks: Iterable[bytes]) -> Digest:
        """Digest content that comes in pieces, as if it came as a whole."""
        digest = blake2b(digest_size=6)
        for chunk in chunks:
            digest.update(chunk)
        return cls(digest.hexdigest())
