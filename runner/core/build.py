"""What travels to the engine for a build, and the fingerprint that tells whether it must."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class EntryType(Enum):
    """The kinds of things that a context carries."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """One path of a context as it was when it was read; `path` is relative with slashes, `mode` the permission bits.

    `size` and `mtime_ns` tell later whether the file is still the one that was digested.
    """

    path: str
    type: EntryType
    mode: int
    size: int = 0
    mtime_ns: int = 0
    target: str = ""
    """Where a link points, as it is written."""


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """A Dockerfile's text and the images that it rests on, in order of appearance and without stages of its own."""

    name: str
    """Its path inside the context, or as shown to people when it isn't part of one."""
    text: str
    bases: tuple[str, ...] = ()
    inline: bool = False
    """True if no file of the context holds the text."""
    needs_buildkit: tuple[tuple[int, str], ...] = ()
    """What the classic builder can't do: the line, from 1, and its words, such as "RUN --mount"."""


@dataclass(frozen=True, slots=True)
class BuildContext:
    """A folder after its ignore file: what travels, in byte order of the paths, and a digest over all of it."""

    root: str
    entries: tuple[ContextEntry, ...]
    digest: str
    """Hexadecimal; covers paths, types, modes and contents, not owners and times."""
    ignore_file: str | None = None
    """The ignore file that was heeded, relative to `root`; whether it travels itself is another matter."""


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """All that decides what a build yields, but for the images it rests on."""

    context: BuildContext
    dockerfile: Dockerfile
    target: str | None = None
    args: Mapping[str, str | None] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
