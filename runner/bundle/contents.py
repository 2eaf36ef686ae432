"""What is in a bundle, as its last member tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from runner.core.wire import JSON, JSONObject

VERSION: Final = "1"
FORMAT: Final = "runner bundle"
MARK: Final = "runner-bundle.json"
"""The first member: which format this is."""
CONTENTS: Final = "contents.json"
SEAL: Final = "contents.sha256"
"""The last one: the digest of the contents, which have those of all else."""
FILES: Final = "files/"
"""How the names of members begin that are files of the workflow."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A piece of an image by its digest."""

    digest: str
    size: int
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """One image: what it consists of, and the names that it is to have where they are free."""

    manifest: Blob
    config: Blob
    layers: tuple[Blob, ...]
    platform: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """One of the workflow's files; `path` is relative to the main one's folder, or absolute."""

    path: str
    member: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a bundle holds, and what it says is needed beside it."""

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
    """What triggers came to, by path as in `files`."""
    mounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is bind-mounted and not carried: paths as in `files`, by the address of what mounts them."""


def contents_json(contents: Contents) -> JSONObject:
    """Return the contents as they are written."""
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


def read_contents(raw: Mapping[str, Any]) -> Contents:
    """Read what was written; ValueError, KeyError, TypeError or AttributeError when it can't be."""
    return Contents(
        workflow=str(raw["workflow"]),
        file=str(raw["file"]),
        files=tuple(File(str(one["path"]), str(one["member"]), _digest(one), int(one["size"])) for one in raw["files"]),
        images={str(address): _image(image) for address, image in raw["images"].items()},
        variables={str(name): str(value) for name, value in raw["variables"].items()},
        withheld=tuple(map(str, raw["withheld"])),
        fingerprints={str(path): str(text) for path, text in raw["fingerprints"].items()},
        mounts={str(address): tuple(map(str, paths)) for address, paths in raw["mounts"].items()},
    )


def _image(raw: Mapping[str, Any]) -> Image:
    return Image(
        _blob(raw["manifest"]),
        _blob(raw["config"]),
        tuple(map(_blob, raw["layers"])),
        str(raw["platform"]),
        tuple(map(str, raw["names"])),
    )


def _blob(raw: Mapping[str, Any]) -> Blob:
    return Blob(_digest(raw), int(raw["size"]), str(raw["media_type"]))


def _digest(raw: Mapping[str, Any]) -> str:
    algorithm, colon, digits = str(raw["digest"]).partition(":")
    if (algorithm, colon, len(digits)) != ("sha256", ":", 64) or set(digits) - set("0123456789abcdef"):
        raise ValueError("not a digest")
    return f"sha256:{digits}"
