"""Archives as engines give images away, in the form of those before 25 and in that of later ones."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from runner.bundle.manifest import Manifest
from runner.bundle.write import Writer

LARGE = b"large" * 200_000
LAYERS = (b"first layer", LARGE, b"third layer")


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def config(layers: tuple[bytes, ...]) -> bytes:
    return json.dumps({"rootfs": {"diff_ids": [f"sha256:{digest(layer)}" for layer in layers]}}).encode()


def old_archive(layers: tuple[bytes, ...] = LAYERS) -> bytes:
    """As Engine 20.10 has it: layers in folders, one that is there twice as a link, the manifest at the end."""
    members: dict[str, bytes | str] = {}
    for number, layer in enumerate(layers):
        earlier = layers.index(layer)
        members[f"{number}/VERSION"] = b"1.0"
        members[f"{number}/layer.tar"] = layer if earlier == number else f"../{earlier}/layer.tar"
    name = f"{digest(config(layers))}.json"
    members[name] = config(layers)
    listed = [f"{number}/layer.tar" for number, _ in enumerate(layers)]
    members["manifest.json"] = json.dumps([{"Config": name, "RepoTags": None, "Layers": listed}]).encode()
    return _tar(members)


def new_archive(layers: tuple[bytes, ...] = LAYERS) -> bytes:
    """As Engine 28 has it: an OCI layout with a manifest besides."""
    blobs = {f"blobs/sha256/{digest(content)}": content for content in (*layers, config(layers))}
    names = [f"blobs/sha256/{digest(layer)}" for layer in layers]
    described = {"Config": f"blobs/sha256/{digest(config(layers))}", "RepoTags": None, "Layers": names}
    return _tar({**blobs, "index.json": b"{}", "manifest.json": json.dumps([described]).encode()})


def _tar(members: Mapping[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def pieces(archive: bytes, size: int = 1000) -> Iterator[bytes]:
    return (archive[start : start + size] for start in range(0, len(archive), size))


FILES = {"workflow.yaml": b"version: 1\n", "conf/a.env": b"A=b\n", "../base.yaml": b"outside\n"}


def write(path: Path, *archives: bytes) -> Manifest:
    """Write a bundle with some files and images at image.0, image.1 and so on."""
    with path.open("w+b") as stream:
        writer = Writer(stream)
        images = {f"image.{number}": writer.add_image(pieces(archive)) for number, archive in enumerate(archives)}
        contents = Manifest("shop", "workflow.yaml", writer.add_files(FILES), images)
        writer.finish(contents)
    return contents
