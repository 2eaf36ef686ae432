"""Field values in canonical form: plain, JSON-like, comparable, and never mutated."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

from runner.core.hashes import blake2b
from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import Struct

Value: TypeAlias = "None | bool | int | float | str | tuple[Value, ...] | Mapping[str, Value]"


class Marker(Enum):
    """Stands in for a value that can't be shown."""

    UNKNOWN = "(known after apply)"
    """Decided only when the resource it refers to has been created."""


UNKNOWN: Final = Marker.UNKNOWN
_MOST_DIGITS: Final = 4000


def is_decimal(text: str) -> bool:
    """Tell whether int() can parse a text of the digits 0 to 9: excludes ²³, and more than 4000 digits.

    >>> [is_decimal(text) for text in ("10", "", "-1", "\N{SUPERSCRIPT TWO}")]
    [True, False, False, False]
    """
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def read_moment(text: str) -> float | None:
    """Return the seconds since 1970 of a time in RFC 3339; None for any other text.

    >>> read_moment("1970-01-01T00:00:01.123456789Z"), read_moment("soon")
    (1.123456, None)
    """
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None


def is_empty(value: Value) -> bool:
    """Tell whether the engine treats this as unset: null, "" and empty collections are the same.

    >>> is_empty(()), is_empty(0), is_empty(False)
    (True, False, False)
    """
    return value is None or (isinstance(value, str | tuple | Mapping) and not value)


def as_map(value: object) -> Mapping[str, Value]:
    """Return a map unchanged, and an empty one for anything else."""
    # Most are a dict or None, and whether something is any Mapping takes ten times as long to tell.
    return value if type(value) is dict or (value is not None and isinstance(value, Mapping)) else {}


_SALT_BYTES: Final = 8
_SALTED_BYTES: Final = 8
_AFTER_SALT: Final = "-"
_SALTED: Final = lazy_pattern(r"[0-9a-f]{16}-[0-9a-f]{16}")
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=dict)
_SCRYPT_COST: Final = 1 << 10
"""About 2 ms and 1 MB for each guess, and for each comparison."""


class Digest(Struct):
    """A short digest of a value; sensitive values get a `salted` one, since a weak value could be guessed."""

    text: str

    @classmethod
    def of(cls, value: Value) -> Digest:
        """Digest a canonical value: 48 bits of BLAKE2b over its JSON with sorted keys."""
        return cls.of_bytes(_CANONICAL.encode(value).encode())

    @classmethod
    def salted(cls, value: Value, salt: str = "") -> Digest:
        """Digest a sensitive value with scrypt and a salt, random if not given, as SALT-DIGEST in hex.

        No two are equal, even for equal values; `matches` compares.
        """
        salt = salt or os.urandom(_SALT_BYTES).hex()
        return cls(f"{salt}{_AFTER_SALT}{_stretched(cls.of(value).text, salt)}")

    @property
    def is_salted(self) -> bool:
        """Tell whether it was made with a salt."""
        return _SALTED.fullmatch(self.text) is not None

    def matches(self, value: Value) -> bool:
        """Tell whether this is the digest of a value, salted or not."""
        salt, _, _ = self.text.partition(_AFTER_SALT)
        return self == (Digest.salted(value, salt) if self.is_salted else Digest.of(value))

    @classmethod
    def of_bytes(cls, content: bytes) -> Digest:
        """Digest content as it is."""
        return cls.of_chunks((content,))

    @classmethod
    def of_chunks(cls, chunks: Iterable[bytes]) -> Digest:
        """Digest content in chunks, as if concatenated."""
        digest = blake2b(digest_size=6)
        for chunk in chunks:
            digest.update(chunk)
        return cls(digest.hexdigest())


@lru_cache(maxsize=4096)
def _stretched(text: str, salt: str) -> str:
    from hashlib import scrypt

    return scrypt(text.encode(), salt=salt.encode(), n=_SCRYPT_COST, r=8, p=1, dklen=_SALTED_BYTES).hex()
