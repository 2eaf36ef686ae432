"""An engine's image archive, read as a stream and split into blobs.

Engines before 25 put each layer into a folder of its own, later ones write an OCI layout (moby#44598); both have a
manifest.json.
"""

from __future__ import annotations

import posixpath
import tarfile
from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO, Final, cast

from runner.bundle.layout import (
    CONFIG_TYPE,
    DOCKER_MANIFEST,
    MANIFEST_TYPE,
    blob_of,
    is_compressed,
    manifest,
    member_of,
)
from runner.bundle.manifest import Blob, Image
from runner.bundle.tar_writer import Members
from runner.core.decode import decode
from runner.core.errors import EngineError
from runner.core.struct import MutableStruct, Struct, field

_SMALL: Final = 512 * 1024
"""Bytes of a member that is kept in memory until it is known whether it belongs to the image."""
_CHUNK: Final = 1 << 20


class _Described(Struct):
    """An image in manifest.json: the members that hold its configuration and its layers."""

    config: str = field(name="Config")
    layers: tuple[str, ...] = field(name="Layers")


class _RootFs(Struct):
    diff_ids: tuple[str, ...] = ()


class _Config(Struct):
    rootfs: _RootFs


class _Found(MutableStruct):
    """Members read so far, by name."""

    small: dict[str, bytes] = field(default_factory=dict)
    layers: dict[str, Blob] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def take_apart(archive: Iterable[bytes], members: Members) -> Image:
    """Add the blobs of one image to the members; EngineError when the archive is broken."""
    try:
        found = _read(archive, members)
        (described,) = decode(tuple[_Described, ...], found.small[DOCKER_MANIFEST])
        config = found.small[described.config]
        layers = tuple(_layer(found, members, name) for name in described.layers)
        _check(decode(_Config, config), layers)
    except (tarfile.TarError, EOFError, LookupError, ValueError, RecursionError) as error:
        raise EngineError(f"the engine returned a corrupt image: {error}") from error
    config_blob = members.add_blob(blob_of(config, CONFIG_TYPE), config)
    content = manifest(config_blob, layers)
    return Image(members.add_blob(blob_of(content, MANIFEST_TYPE), content), config_blob, layers)


def _read(archive: Iterable[bytes], members: Members) -> _Found:
    found = _Found()
    with tarfile.open(fileobj=cast("IO[bytes]", _Pieces(archive)), mode="r|") as tar:
        for info in tar:
            name = posixpath.normpath(info.name)
            if info.issym():
                found.links[name] = posixpath.normpath(posixpath.join(posixpath.dirname(name), info.linkname))
            elif info.isfile():
                content = tar.extractfile(info)
                assert content is not None
                if info.size <= _SMALL:
                    found.small[name] = content.read()
                else:
                    found.layers[name] = members.add_layer(iter(partial(content.read, _CHUNK), b""), info.size)
    return found


def _layer(found: _Found, members: Members, name: str) -> Blob:
    """Return a layer by its member; a small one is added only now that it is known to be a layer."""
    name = found.links.get(name, name)
    if name not in found.layers:
        content = found.small[name]
        found.layers[name] = members.add_layer([content], len(content))
    layer = found.layers[name]
    if name.startswith("blobs/") and name != member_of(layer):
        raise ValueError(f"a layer is not {name}")
    return layer


def _check(config: _Config, layers: tuple[Blob, ...]) -> None:
    """Compare the layers with the diff ids in the image's configuration, as far as they are uncompressed."""
    known = config.rootfs.diff_ids
    if len(known) != len(layers):
        raise ValueError(f"{len(layers)} layers in the place of {len(known)}")
    for digest, layer in zip(known, layers, strict=True):
        if not is_compressed(layer) and layer.digest != digest:
            raise ValueError(f"a layer is not {digest}")


class _Pieces:
    """File-like reader of an iterable of chunks of any size."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces: Iterator[bytes] = iter(pieces)
        self._left = b""

    def read(self, size: int) -> bytes:
        """Return `size` bytes, fewer only at the end."""
        taken, length = [self._left], len(self._left)
        while length < size and (piece := next(self._pieces, None)) is not None:
            taken.append(piece)
            length += len(piece)
        whole = b"".join(taken)
        self._left = whole[size:]
        return whole[:size]
