"""What travels to the engine for a build, and the fingerprint that tells whether it must."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from runner.core.file_changes import FileChange, no_changes
from runner.core.values import Digest


class EntryType(Enum):
    """The kinds of things that a context carries."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    PIPE = "pipe"


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
    hardlink_of: str = ""
    """The entry before it that is the same file or pipe under another name (a hard link)."""
    attributes: tuple[tuple[str, bytes], ...] = ()
    """Extended attributes, by name."""


@dataclass(frozen=True, slots=True)
class ImageMention:
    """Where a text names an image: from one character up to but not including another."""

    image: str
    start: int
    end: int


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
    frontend: str = ""
    """The image that reads the text, where a `# syntax=` line names one."""
    named: tuple[ImageMention, ...] = ()
    """Where the text names its bases and the frontend, in order; nothing when that can't be told for all of them."""
    unresolved: tuple[str, ...] = ()
    """Names of bases, as they are written, that only the builder can read."""

    def with_images(self, pins: Mapping[str, str]) -> str:
        """Return the text with other images in the place of those that it names."""
        pieces, copied_to = [], 0
        for place in self.named:
            pieces += [self.text[copied_to : place.start], pins.get(place.image, self.text[place.start : place.end])]
            copied_to = place.end
        return "".join([*pieces, self.text[copied_to:]])


ChangesSince: TypeAlias = Callable[[str], tuple[FileChange, ...]]
"""Tells, given the first digits of a former digest, which files have made the difference; nothing if it isn't known."""


@dataclass(frozen=True, slots=True)
class BuildContext:
    """A folder after its ignore file: what travels, and a digest over all of it.

    The entries come as BuildKit wants them: each folder before what is in it, names in byte order.
    """

    root: str
    entries: tuple[ContextEntry, ...]
    digest: str
    """Hexadecimal; covers paths, types, modes, contents and what attributes an image keeps, not owners and times."""
    ignore_file: str | None = None
    """The ignore file that was heeded, relative to `root`; whether it travels itself is another matter."""
    changes_since: ChangesSince = field(default=no_changes, compare=False, repr=False)


def combined_digest(contexts: Mapping[str, BuildContext]) -> str:
    """Digest all that travels, by the names of the contexts; the main one has none, and its own digest when alone."""
    if len(contexts) == 1:
        return contexts[""].digest[:12]
    return Digest.of({name: context.digest for name, context in contexts.items()}).text


@dataclass(frozen=True, slots=True)
class CacheStore:
    """Where a build's cache is kept outside of the engine: BuildKit's word for the sort, and its settings."""

    type: str
    attributes: Mapping[str, str]


EPOCH = "SOURCE_DATE_EPOCH"
"""The argument by which a build takes all times from outside: see reproducible-builds.org."""


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """All that decides what a build yields, but for the images it rests on; and what only decides how it is done."""

    context: BuildContext
    dockerfile: Dockerfile
    target: str | None = None
    args: Mapping[str, str | None] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    platform: str | None = None
    network: str | None = None
    """The network of its instructions: "host", "none", or the builder's own."""
    extra_hosts: tuple[str, ...] = ()
    """HOST=ADDRESS, for its instructions."""
    shm_size: int | None = None
    """Bytes of /dev/shm for its instructions."""
    named_contexts: Mapping[str, BuildContext] = field(default_factory=dict)
    """More contexts by the name under which the Dockerfile takes files from them."""
    images: Mapping[str, str] = field(default_factory=dict)
    """Images by the name under which the Dockerfile knows them."""
    pins: Mapping[str, str] = field(default_factory=dict)
    """Images to take, by digest, in the place of those that the Dockerfile or `images` name."""
    secrets: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """What `RUN --mount=type=secret` may read, by id."""
    agents: Mapping[str, str] = field(default_factory=dict)
    """Sockets of ssh agents that `RUN --mount=type=ssh` may use, by id; empty where there is none."""
    cache_from: tuple[CacheStore, ...] = ()
    cache_to: tuple[CacheStore, ...] = ()
    proxies: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Arguments of the docker client's own: they decide nothing over what the build yields."""
    no_cache: bool = False
    """True when every instruction is to run, whatever the engine remembers."""
    pull: bool = False
    """True when the registry is asked for every base, whether the engine has it or not."""
    changes_since: ChangesSince = field(default=no_changes, compare=False, repr=False)
    """Of the digest over all contexts."""

    @property
    def arguments(self) -> dict[str, str]:
        """All arguments that have a value; of a proxy in two cases, which BuildKit takes for one, only the own one."""
        own = {name.lower() for name in self.args}
        given = {name: value for name, value in self.args.items() if value is not None}
        return {**{name: value for name, value in self.proxies.items() if name.lower() not in own}, **given}

    @property
    def contexts(self) -> dict[str, BuildContext]:
        """All that travels: the context under no name, the others under theirs."""
        return {"": self.context, **self.named_contexts}

    @property
    def text(self) -> str:
        """The Dockerfile as the builder is to see it."""
        return self.dockerfile.with_images(self.pins)

    @property
    def sources(self) -> dict[str, str]:
        """The images to take by the name under which the Dockerfile knows them."""
        return {name: self.pins.get(image, image) for name, image in self.images.items()}

    @property
    def bases(self) -> tuple[str, ...]:
        """The images that it rests on, by the names under which the engine or a registry has them."""
        named = (self.images.get(base, base) for base in self.dockerfile.bases if base not in self.named_contexts)
        return tuple(dict.fromkeys((*named, *self.images.values())))
