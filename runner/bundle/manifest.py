"""The manifest of a bundle, stored near its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from runner.core.address import Address
from runner.core.compose_options import ComposeOptions, options_json
from runner.core.lazy_pattern import lazy_pattern
from runner.core.serialize import JSON, JSONObject
from runner.core.struct import Struct, field

VERSION: Final = "1"
FORMAT: Final = "runner bundle"
MARK: Final = "runner-bundle.json"
"""The first member: identifies the format."""
CONTENTS: Final = "contents.json"
SEAL: Final = "contents.sha256"
"""The last member: the checksum of the manifest, which has those of all other content."""
FILES: Final = "files/"
"""The prefix of members that are files of the workflow."""

_DIGEST: Final = lazy_pattern(r"sha256:[0-9a-f]{64}")


class Mark(Struct):
    """The content of a bundle's first member."""

    format: str
    version: str


class Blob(Struct):
    """A blob of an image, by digest."""

    digest: str
    size: int
    media_type: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for an invalid blob."""
        _check(self.digest, self.size)


class Image(Struct):
    """One image: its blobs, and the names that it is to get where they are free."""

    manifest: Blob
    config: Blob
    layers: tuple[Blob, ...]
    platform: str = ""
    names: tuple[str, ...] = ()


class File(Struct):
    """One of the workflow's files; `path` is relative to the main one's folder, or absolute."""

    path: str
    member: str
    digest: str
    size: int

    def __post_init__(self) -> None:
        """Raise ValueError for an invalid file."""
        _check(self.digest, self.size)


class Manifest(Struct):
    """All that a bundle contains, and what it requires besides."""

    workflow: str
    file: str
    """The main file's name."""
    files: tuple[File, ...]
    images: Mapping[str, Image]
    """By the address of the image."""
    variables: Mapping[str, str] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    """The names of variables that are sensitive."""
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """The fingerprints of triggers, by path as in `files`."""
    mounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Bind mounts that are not in the bundle: paths as in `files`, by the address of the resource that mounts them."""
    compose: ComposeOptions | None = None
    """What a Compose project is read with, besides its file, with paths as in `files`; None for a workflow file."""

    def __post_init__(self) -> None:
        """Raise ValueError where its parts contradict each other."""
        for address in (*self.images, *self.mounts):
            Address.parse(address)
        if self.file not in {one.path for one in self.files}:
            raise ValueError("the workflow itself is not in it")
        if any(not name or "=" in name for name in self.variables):
            raise ValueError("a variable without a name")


def _check(digest: str, size: int) -> None:
    if not _DIGEST.fullmatch(digest):
        raise ValueError("not a digest")
    if size < 0:
        raise ValueError("not a size")


def contents_json(contents: Manifest) -> JSONObject:
    """Return the manifest as JSON."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "workflow": contents.workflow,
        "file": contents.file,
        "files": [
            {"path": one.path, "member": one.member, "digest": one.digest, "size": one.size} for one in contents.files
        ],
        "images": {address: _image_json(image) for address, image in contents.images.items()},
        "variables": {**contents.variables},
        "withheld": [*contents.withheld],
        "fingerprints": {**contents.fingerprints},
        "mounts": {address: [*paths] for address, paths in contents.mounts.items()},
        "compose": options_json(contents.compose),
    }


def _image_json(image: Image) -> JSON:
    return {
        "manifest": _blob_json(image.manifest),
        "config": _blob_json(image.config),
        "layers": [_blob_json(layer) for layer in image.layers],
        "platform": image.platform,
        "names": [*image.names],
    }


def _blob_json(blob: Blob) -> JSON:
    return {"digest": blob.digest, "size": blob.size, "media_type": blob.media_type}
