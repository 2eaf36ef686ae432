"""Values: classes of typed fields, from msgspec, which makes 90 of them in the time that 3 dataclasses take.

A `Struct` is immutable, and equal to another of its class with equal fields. Options of a class stand beside its bases:
`order=True`, `kw_only=True`, `eq=False`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, dataclass_transform

from runner.core.lazy_pattern import lazy_patterns


@contextmanager
def _without_backports() -> Iterator[None]:
    """Hide typing_extensions, which takes 12 ms to load, and from which msgspec takes only what Python has itself."""
    name = "typing_extensions"
    hidden = name not in sys.modules
    if hidden:
        sys.modules[name] = None  # type: ignore[assignment] # that is how an import is made to fail
    try:
        yield
    finally:
        if hidden:
            del sys.modules[name]


with lazy_patterns():  # msgspec itself would keep what compiles them
    import textwrap as _textwrap  # noqa: F401 - msgspec imports it
    import uuid as _uuid  # noqa: F401 - likewise

with _without_backports():
    import msgspec
    from msgspec import DecodeError as NotJSON
    from msgspec import field, to_builtins
    from msgspec.json import Decoder
    from msgspec.json import decode as decode_json
    from msgspec.structs import FieldInfo, fields, replace

__all__ = ["FieldInfo", "GuardedStruct", "MutableStruct", "NotJSON", "Struct", "compared", "decode_json"]
__all__ += ["Decoder", "field", "field_names", "fields", "replace", "to_builtins"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Struct(msgspec.Struct, frozen=True):
    """An immutable value."""


@dataclass_transform(field_specifiers=(field,))
class MutableStruct(msgspec.Struct):
    """A record of something under way, which changes; it has no hash."""


class GuardedStruct(Struct):
    """An immutable value with fields that are no part of what it is, or must not be seen."""

    UNCOMPARED: ClassVar[frozenset[str]] = frozenset()
    """Names of fields that neither equality nor the hash depends on."""
    UNSEEN: ClassVar[frozenset[str]] = frozenset()
    """Names of fields that its repr leaves out."""

    def __eq__(self, other: object) -> bool:
        """Compare all fields but the UNCOMPARED."""
        return compared(self) == compared(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        """Hash what is compared."""
        return hash(tuple(compared(self).values()))

    def __repr__(self) -> str:
        """Show all fields but the UNSEEN."""
        shown = [f"{name}={getattr(self, name)!r}" for name in field_names(self) if name not in self.UNSEEN]
        return f"{type(self).__name__}({', '.join(shown)})"


def field_names(struct: msgspec.Struct | type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the names of all fields, in their order."""
    return struct.__struct_fields__


def compared(struct: object) -> dict[str, object]:
    """Return the fields by which a struct equals another."""
    assert isinstance(struct, msgspec.Struct)
    left_out = struct.UNCOMPARED if isinstance(struct, GuardedStruct) else ()
    return {name: getattr(struct, name) for name in field_names(struct) if name not in left_out}
