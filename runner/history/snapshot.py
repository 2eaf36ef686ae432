"""What a run was told to bring about: enough to tell it again later, without anything sensitive."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from runner.core.redact import Redactor
from runner.core.wire import FORMAT_VERSION, JSON, JSONObject

_LARGEST: Final = 1_000_000
"""Bytes of a file that is remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A workflow's files and variables at one moment, and what its resources came to."""

    file: str
    """The workflow's absolute path."""
    files: Mapping[str, bytes]
    """What it consists of and rests on, by absolute path."""
    variables: Mapping[str, str]
    sensitive: tuple[str, ...]
    """The names of variables whose value isn't kept."""
    declared: Mapping[str, Mapping[str, str]]
    """By address and field, the digest of what was declared."""
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResolvedImage:
    """The image that a run used at one address; `digests` are its names in registries."""

    id: str
    digests: tuple[str, ...] = ()


def storable(files: Mapping[str, bytes], redactor: Redactor) -> dict[str, bytes]:
    """Leave out files that are too large to remember, or hold something sensitive."""
    return {
        path: content for path, content in files.items() if len(content) <= _LARGEST and _is_open(content, redactor)
    }


def _is_open(content: bytes, redactor: Redactor) -> bool:
    text = content.decode(errors="replace")
    return redactor.text(text) == text


def snapshot_json(snapshot: Snapshot) -> JSONObject:
    """Return a snapshot as it is written."""
    return {
        "format": "runner snapshot",
        "version": FORMAT_VERSION,
        "file": snapshot.file,
        "files": {path: _content_json(content) for path, content in snapshot.files.items()},
        "variables": {**snapshot.variables},
        "sensitive": [*snapshot.sensitive],
        "declared": {address: {**digests} for address, digests in snapshot.declared.items()},
        "targets": [*snapshot.targets],
    }


def read_snapshot(raw: Mapping[str, Any]) -> Snapshot:
    """Read what was written; ValueError, KeyError or TypeError when it can't be."""
    if raw["version"] != FORMAT_VERSION:
        raise ValueError("another version")
    return Snapshot(
        file=raw["file"],
        files={path: _content(stored) for path, stored in raw["files"].items()},
        variables=raw["variables"],
        sensitive=tuple(raw["sensitive"]),
        declared=raw["declared"],
        targets=tuple(raw["targets"]),
    )


def images_json(images: Mapping[str, ResolvedImage]) -> JSONObject:
    """Return resolved images, by address, as they are written."""
    return {address: {"id": image.id, "digests": [*image.digests]} for address, image in images.items()}


def read_images(raw: Mapping[str, Any]) -> dict[str, ResolvedImage]:
    """Read what was written."""
    return {address: ResolvedImage(one["id"], tuple(one["digests"])) for address, one in raw.items()}


def _content_json(content: bytes) -> JSON:
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def _content(stored: Mapping[str, str]) -> bytes:
    return stored["text"].encode() if "text" in stored else base64.b64decode(stored["base64"])
