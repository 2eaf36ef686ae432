"""Snapshot of a run's input: enough to apply it again later, without anything sensitive."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Final

from runner.core.address import Address
from runner.core.compose_options import ComposeOptions, options_json
from runner.core.redact import Redactor
from runner.core.serialize import FORMAT_VERSION, JSON, JSONObject
from runner.core.struct import Struct

_LARGEST: Final = 1_000_000
"""Maximum bytes of a file that is stored."""


class Snapshot(Struct, kw_only=True):
    """A workflow's files and variables at one moment, and the digests of its resources' fields."""

    file: str
    """The workflow's absolute path."""
    files: Mapping[str, bytes]
    """The files that it consists of and depends on, by absolute path."""
    variables: Mapping[str, str]
    sensitive: tuple[str, ...]
    """The names of variables whose value isn't stored."""
    declared: Mapping[str, Mapping[str, str]]
    """The digest of each declared value, by address and field."""
    targets: tuple[str, ...] = ()
    compose: ComposeOptions | None = None
    """What a Compose project is read with, besides its file; None for a workflow file."""
    orchestrator: str | None = None
    """What ran it instead of what the file says; None: what that says."""


class ResolvedImage(Struct):
    """The image that a run used at one address; `digests` are its names in registries."""

    id: str
    digests: tuple[str, ...] = ()


class _Content(Struct):
    """A file's content as it is stored: as text, or in base64 if it is binary."""

    text: str | None = None
    base64: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for invalid base64."""
        b64decode(self.base64, validate=True)

    @property
    def content(self) -> bytes:
        return b64decode(self.base64) if self.text is None else self.text.encode(errors="surrogateescape")


class StoredSnapshot(Struct, kw_only=True):
    """The serialized form of a snapshot."""

    version: str
    file: str
    files: Mapping[str, _Content]
    variables: Mapping[str, str]
    sensitive: tuple[str, ...]
    declared: Mapping[str, Mapping[str, str]]
    targets: tuple[str, ...] = ()
    compose: ComposeOptions | None = None
    orchestrator: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for an unknown version or an invalid address."""
        if self.version != FORMAT_VERSION:
            raise ValueError("of another version")
        for address in self.declared:
            Address.parse(address)


def storable(files: Mapping[str, bytes], redactor: Redactor) -> dict[str, bytes]:
    """Filter out files that are too large to store, or contain something sensitive."""
    return {
        path: content for path, content in files.items() if len(content) <= _LARGEST and _is_open(content, redactor)
    }


def _is_open(content: bytes, redactor: Redactor) -> bool:
    text = content.decode(errors="replace")
    return redactor.text(text) == text


def snapshot_json(snapshot: Snapshot) -> JSONObject:
    """Serialize a snapshot."""
    return {
        "format": "runner snapshot",
        "version": FORMAT_VERSION,
        "file": snapshot.file,
        "files": {path: _content_json(content) for path, content in snapshot.files.items()},
        "variables": {**snapshot.variables},
        "sensitive": [*snapshot.sensitive],
        "declared": {address: {**digests} for address, digests in snapshot.declared.items()},
        "targets": [*snapshot.targets],
        "compose": options_json(snapshot.compose),
        "orchestrator": snapshot.orchestrator,
    }


def read_snapshot(stored: StoredSnapshot) -> Snapshot:
    """Return a snapshot from its serialized form."""
    return Snapshot(
        file=stored.file,
        files={path: one.content for path, one in stored.files.items()},
        variables=stored.variables,
        sensitive=stored.sensitive,
        declared=stored.declared,
        targets=stored.targets,
        compose=stored.compose,
        orchestrator=stored.orchestrator,
    )


def images_json(images: Mapping[str, ResolvedImage]) -> JSONObject:
    """Serialize resolved images, by address."""
    return {address: {"id": image.id, "digests": [*image.digests]} for address, image in images.items()}


def _content_json(content: bytes) -> JSON:
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(content).decode()}
