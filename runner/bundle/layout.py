"""The documents of an OCI image layout, and the manifest that `docker load` reads; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

from runner.bundle.manifest import Blob, Image

OCI_LAYOUT: Final = "oci-layout"
INDEX: Final = "index.json"
DOCKER_MANIFEST: Final = "manifest.json"
LAYOUT: Final = b'{"imageLayoutVersion":"1.0.0"}'

_TYPES: Final = "application/vnd.oci.image."
MANIFEST_TYPE: Final = f"{_TYPES}manifest.v1+json"
CONFIG_TYPE: Final = f"{_TYPES}config.v1+json"
_LAYER_TYPE: Final = f"{_TYPES}layer.v1.tar"
_COMPRESSED: Final = {b"\x1f\x8b": "+gzip", b"\x28\xb5\x2f\xfd": "+zstd"}
"""Magic numbers of compressed content."""


def layer_type(beginning: bytes) -> str:
    """Return the media type of a layer, given its first bytes."""
    return _LAYER_TYPE + next((end for magic, end in _COMPRESSED.items() if beginning.startswith(magic)), "")


def is_compressed(layer: Blob) -> bool:
    """Return whether a layer's digest is that of its compressed form."""
    return layer.media_type != _LAYER_TYPE


def member_of(blob: Blob) -> str:
    """Return the name of a blob's member in the layout."""
    return f"blobs/{blob.digest.replace(':', '/')}"


def manifest(config: Blob, layers: Iterable[Blob]) -> bytes:
    """Return an image's manifest: the same for the same image, wherever it came from."""
    return written(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": _descriptor(config),
            "layers": [_descriptor(layer) for layer in layers],
        }
    )


def blob_of(content: bytes, media_type: str) -> Blob:
    """Return the blob descriptor of a content."""
    return Blob(f"sha256:{sha256(content).hexdigest()}", len(content), media_type)


def index(images: Iterable[Image]) -> bytes:
    """Return the index of the images."""
    listed = [descriptor for image in images for descriptor in _named(image)]
    return written({"schemaVersion": 2, "mediaType": f"{_TYPES}index.v1+json", "manifests": listed})


def docker_manifest(images: Iterable[Image]) -> bytes:
    """Return the manifest.json from which engines before 25, and those with the classic image store, load images."""
    return written(
        [
            {
                "Config": member_of(image.config),
                "RepoTags": [*image.names] or None,
                "Layers": [member_of(layer) for layer in image.layers],
            }
            for image in images
        ]
    )


def written(document: Any) -> bytes:
    """Serialize a document as compact JSON."""
    return json.dumps(document, separators=(",", ":")).encode()


def _named(image: Image) -> list[dict[str, Any]]:
    plain = _descriptor(image.manifest)
    names = [{**plain, "annotations": {"io.containerd.image.name": _full(name)}} for name in image.names]
    return names or [plain]


def _full(name: str) -> str:
    """Return a name as containerd has it: with its registry."""
    first, slash, _ = name.partition("/")
    if slash and (set(".:") & set(first) or first == "localhost"):
        return name
    return f"docker.io/{name if slash else f'library/{name}'}"


def _descriptor(blob: Blob) -> dict[str, Any]:
    return {"mediaType": blob.media_type, "digest": blob.digest, "size": blob.size}
