"""What is sent to the engine for a build, and the digest that tells whether a build is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TypeAlias

from runner.core.file_changes import FileChange, no_changes
from runner.core.struct import GuardedStruct, Struct, field
from runner.core.values import Digest


class EntryType(Enum):
    """The file types in a build context."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    PIPE = "pipe"


class ContextEntry(Struct):
    """One path of a context as read; `path` is relative with slashes, `mode` the permission bits.

    `size` and `mtime_ns` tell later whether the file is still the one that was digested.
    """

    path: str
    type: EntryType
    mode: int
    size: int = 0
    mtime_ns: int = 0
    target: str = ""
    """The target of a symlink, as written."""
    hardlink_of: str = ""
    """The earlier entry that is the same file or pipe (a hard link)."""
    attributes: tuple[tuple[str, bytes], ...] = ()
    """Extended attributes, by name."""


class ImageMention(Struct):
    """The position of an image name in a text: from `start` up to but not including `end`."""

    image: str
    start: int
    end: int


class Dockerfile(Struct):
    """A Dockerfile's text and its base images, in order of appearance and without its own stages."""

    name: str
    """Its path inside the context, or its display name if it isn't part of one."""
    text: str
    bases: tuple[str, ...] = ()
    inline: bool = False
    """True if no file of the context contains the text."""
    needs_buildkit: tuple[tuple[int, str], ...] = ()
    """What the classic builder doesn't support: the line, from 1, and its text, such as "RUN --mount"."""
    frontend: str = ""
    """The image that parses the text, if a `# syntax=` line names one."""
    named: tuple[ImageMention, ...] = ()
    """Where the text names its bases and the frontend, in order; empty if not all of them can be located."""
    unresolved: tuple[str, ...] = ()
    """Names of bases, as written, that only the builder can resolve."""

    def with_images(self, pins: Mapping[str, str]) -> str:
        """Return the text with its images replaced by their pins."""
        pieces, copied_to = [], 0
        for place in self.named:
            pieces += [self.text[copied_to : place.start], pins.get(place.image, self.text[place.start : place.end])]
            copied_to = place.end
        return "".join([*pieces, self.text[copied_to:]])


ChangesSince: TypeAlias = Callable[[str], tuple[FileChange, ...]]
"""Given the prefix of a former digest, returns which files made the difference; empty if not known."""


class BuildContext(GuardedStruct):
    """A folder with its ignore file applied: what is sent, and a digest over all of it.

    The entries are in BuildKit's order: each folder before its content, names in byte order.
    """

    UNCOMPARED = UNSEEN = frozenset({"changes_since"})

    root: str
    entries: tuple[ContextEntry, ...]
    digest: str
    """Hexadecimal; covers paths, types, modes, contents and the attributes an image keeps, not owners and times."""
    ignore_file: str | None = None
    """The ignore file that was applied, relative to `root`; it may or may not be sent itself."""
    changes_since: ChangesSince = no_changes


def combined_digest(contexts: Mapping[str, BuildContext]) -> str:
    """Digest everything that is sent, by context name; the main one is unnamed, and alone keeps its own digest."""
    if len(contexts) == 1:
        return contexts[""].digest[:12]
    return Digest.of({name: context.digest for name, context in contexts.items()}).text


class CacheStore(Struct):
    """An external build cache: BuildKit's cache type, and its settings."""

    type: str
    attributes: Mapping[str, str]


EPOCH = "SOURCE_DATE_EPOCH"
"""The build argument that sets all timestamps from outside: see reproducible-builds.org."""


class BuildRequest(GuardedStruct):
    """Everything that determines a build's result, except its base images; and options for how it runs."""

    UNCOMPARED = frozenset({"proxies", "changes_since"})
    UNSEEN = UNCOMPARED | {"secrets"}

    context: BuildContext
    dockerfile: Dockerfile
    target: str | None = None
    args: Mapping[str, str | None] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    platform: str | None = None
    network: str | None = None
    """The network of its RUN instructions: "host", "none", or the builder's default."""
    extra_hosts: tuple[str, ...] = ()
    """HOST=ADDRESS, for its RUN instructions."""
    shm_size: int | None = None
    """Bytes of /dev/shm for its RUN instructions."""
    named_contexts: Mapping[str, BuildContext] = field(default_factory=dict)
    """Additional contexts, by the name under which the Dockerfile copies from them."""
    images: Mapping[str, str] = field(default_factory=dict)
    """Images by the name under which the Dockerfile refers to them."""
    pins: Mapping[str, str] = field(default_factory=dict)
    """Images by digest, to use instead of those that the Dockerfile or `images` name."""
    secrets: Mapping[str, bytes] = field(default_factory=dict)
    """Secrets for `RUN --mount=type=secret`, by id."""
    agents: Mapping[str, str] = field(default_factory=dict)
    """Sockets of ssh agents for `RUN --mount=type=ssh`, by id; empty if there is none."""
    cache_from: tuple[CacheStore, ...] = ()
    cache_to: tuple[CacheStore, ...] = ()
    proxies: Mapping[str, str] = field(default_factory=dict)
    """Build arguments from the docker client's config: they don't affect the result of the build."""
    no_cache: bool = False
    """True to run every instruction, ignoring the engine's cache."""
    pull: bool = False
    """True to look up every base at its registry, even if the engine has it."""
    changes_since: ChangesSince = no_changes
    """For the digest over all contexts."""

    @property
    def arguments(self) -> dict[str, str]:
        """All arguments with a value; own ones override proxies whatever their case, since BuildKit merges both."""
        own = {name.lower() for name in self.args}
        given = {name: value for name, value in self.args.items() if value is not None}
        return {**{name: value for name, value in self.proxies.items() if name.lower() not in own}, **given}

    @property
    def contexts(self) -> dict[str, BuildContext]:
        """All contexts by name; the main one has the key ""."""
        return {"": self.context, **self.named_contexts}

    @property
    def text(self) -> str:
        """The Dockerfile as sent to the builder, with pins applied."""
        return self.dockerfile.with_images(self.pins)

    @property
    def sources(self) -> dict[str, str]:
        """The pinned images by the name under which the Dockerfile refers to them."""
        return {name: self.pins.get(image, image) for name, image in self.images.items()}

    @property
    def bases(self) -> tuple[str, ...]:
        """Its base images, by their names on the engine or at a registry."""
        named = (self.images.get(base, base) for base in self.dockerfile.bases if base not in self.named_contexts)
        return tuple(dict.fromkeys((*named, *self.images.values())))
