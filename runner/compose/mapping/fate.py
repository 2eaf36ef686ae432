"""What becomes of a Compose key: it is mapped to runner's language, ignored with a warning, or unsupported."""

from __future__ import annotations

from typing import TypeAlias

from runner.core.struct import Struct
from runner.document.core_schema import Plain


class Mapped(Struct):
    """It has a counterpart in runner's language."""

    to: str
    """Where it goes, such as "containers.KEY.limits.cpus"."""
    note: str = ""
    """What is different there, as a phrase in Markdown."""


class Resolved(Struct):
    """Reading the file uses it up: the canonical form has other keys in its place, or none."""

    how: str


class Ignored(Struct):
    """It does nothing on a plain engine, under Compose either: a warning."""

    why: str
    harmless: tuple[Plain, ...] = ()
    """Values that say what happens anyway: not worth a warning."""


class Unsupported(Struct):
    """Compose would do something with it that runner can't: an error."""

    why: str
    help: str
    harmless: tuple[Plain, ...] = ()
    """Values that say what happens anyway: no error."""


Fate: TypeAlias = Mapped | Resolved | Ignored | Unsupported
