"""What a run was told to bring about: enough to tell it again later, without anything sensitive."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from runner.core.address import Address
from runner.core.redact import Redactor
from runner.core.serialize import FORMAT_VERSION, JSON, JSONObject

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


@dataclass(frozen=True, slots=True)
class _Content:
    """A file's content as it is written: as text, or encoded where it is none."""

    text: str | None = None
    base64: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for what encodes nothing."""
        b64decode(self.base64, validate=True)

    @property
    def content(self) -> bytes:
        return b64decode(self.base64) if self.text is None else self.text.encode(errors="surrogateescape")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSnapshot:
    """A snapshot as it is written."""

    version: str
    file: str
    files: Mapping[str, _Content]
    variables: Mapping[str, str]
    sensitive: tuple[str, ...]
    declared: Mapping[str, Mapping[str, str]]
    targets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for what this runner doesn't know."""
        if self.version != FORMAT_VERSION:
            raise ValueError("of another version")
        for address in self.declared:
            Address.parse(address)


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


def read_snapshot(stored: StoredSnapshot) -> Snapshot:
    """Return the snapshot that was written."""
    return Snapshot(
        file=stored.file,
        files={path: one.content for path, one in stored.files.items()},
        variables=stored.variables,
        sensitive=stored.sensitive,
        declared=stored.declared,
        targets=stored.targets,
    )


def images_json(images: Mapping[str, ResolvedImage]) -> JSONObject:
    """Return resolved images, by address, as they are written."""
    return {address: {"id": image.id, "digests": [*image.digests]} for address, image in images.items()}


def _content_json(content: bytes) -> JSON:
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(content).decode()}
