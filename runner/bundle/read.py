"""Reading a bundle: what it says of itself is checked before it is believed, every content when it is used."""

from __future__ import annotations

import json
import posixpath
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from runner.bundle import layout
from runner.bundle.contents import CONTENTS, FILES, FORMAT, MARK, SEAL, VERSION, Blob, Contents, Image, read_contents
from runner.bundle.layout import member_of
from runner.bundle.members import END, header, padding
from runner.core.errors import RunnerError
from runner.core.phrase import reason_of

_DOCUMENTS: Final = (MARK, CONTENTS, SEAL, layout.OCI_LAYOUT, layout.INDEX, layout.DOCKER_MANIFEST)
_MOST: Final = 64 * 1024 * 1024
"""Bytes of a member that is read into memory."""
_CHUNK: Final = 1 << 20
_AGAIN: Final = "fetch it again, or make it again with: runner bundle"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a member's content lies in the file."""

    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle on disk: its own account, and where everything lies."""

    path: Path
    contents: Contents
    places: Mapping[str, _Place]

    def files(self) -> dict[str, bytes]:
        """Return the workflow's files by their paths; RunnerError when one isn't what it was."""
        return {one.path: self._whole(one.member, one.digest) for one in self.contents.files}

    def image(self, address: str) -> BundledImage:
        """Return an image as engines load it."""
        return BundledImage(self, self.contents.images[address])

    def _whole(self, member: str, digest: str) -> bytes:
        return b"".join(self.pieces(member, digest))

    def pieces(self, member: str, digest: str) -> Iterator[bytes]:
        """Yield a content piece by piece; the last one is kept back until the whole has proved right."""
        place, seen, last = self.places[member], sha256(), b""
        for piece in _read(self.path, place):
            yield last
            seen.update(piece)
            last = piece
        if f"sha256:{seen.hexdigest()}" != digest:
            raise _damaged(self.path, f"{member} is not what it was")
        yield last


def _read(path: Path, place: _Place) -> Iterator[bytes]:
    left = place.size
    try:
        with path.open("rb") as stream:
            stream.seek(place.offset)
            while left and (piece := stream.read(min(left, _CHUNK))):
                yield piece
                left -= len(piece)
    except OSError as error:
        raise _unreadable(path, error) from error


@dataclass(frozen=True, slots=True)
class BundledImage:
    """One image of a bundle as a tar of its own; see `core.gateway.ImageArchive`."""

    bundle: Bundle
    image: Image

    @property
    def size(self) -> int:
        """About how many bytes it has."""
        return sum(blob.size for blob in self._blobs)

    @property
    def _blobs(self) -> dict[Blob, None]:
        return dict.fromkeys((self.image.config, *self.image.layers, self.image.manifest))

    def chunks(self) -> Iterator[bytes]:
        """Yield the tar, without names for the image; RunnerError before its end when a content isn't what it was."""
        nameless = [replace(self.image, names=())]
        documents = {
            layout.OCI_LAYOUT: layout.LAYOUT,
            layout.INDEX: layout.index(nameless),
            layout.DOCKER_MANIFEST: layout.docker_manifest(nameless),
        }
        for name, content in documents.items():
            yield header(name, len(content)) + content + padding(len(content))
        for blob in self._blobs:
            yield header(member_of(blob), blob.size)
            yield from filter(None, self.bundle.pieces(member_of(blob), blob.digest))
            yield padding(blob.size)
        yield END


def open_bundle(path: Path) -> Bundle:
    """Look through a tar and return it as a bundle; RunnerError when it is none, or not a whole one."""
    try:
        places = _places(path)
        bundle = Bundle(path, Contents("", "", (), {}), places)
        _check_mark(bundle)
        if SEAL not in places:
            raise _damaged(path, "it breaks off before its end")
        written = _small(bundle, CONTENTS)
        if sha256(written).hexdigest().encode() != _small(bundle, SEAL):
            raise _damaged(path, f"{CONTENTS} is not what it was")
        contents = read_contents(json.loads(written))
    except (tarfile.TarError, EOFError) as error:
        raise _damaged(path, f"it can't be read to its end: {error}") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _damaged(path, f"its {CONTENTS} can't be read") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    whole = replace(bundle, contents=contents)
    _check_members(whole)
    return whole


def _places(path: Path) -> dict[str, _Place]:
    """Return where each member lies; members that no bundle has make it a foreign tar."""
    places: dict[str, _Place] = {}
    length = path.stat().st_size
    with tarfile.open(path, "r:") as tar:
        for info in tar:
            if not places and info.name != MARK:
                raise RunnerError(
                    f'"{path}" is no bundle', help="runner bundle makes them; images load with docker load"
                )
            if not info.isfile() or not _is_expected(info.name) or info.name in places:
                raise RunnerError(f'"{path}" is no bundle that runner made: "{info.name}" does not belong in it')
            if info.offset_data + info.size > length:
                raise _damaged(path, "it breaks off before its end")
            places[info.name] = _Place(info.offset_data, info.size)
    return places


def _is_expected(name: str) -> bool:
    if name in _DOCUMENTS:
        return True
    is_clean = posixpath.normpath(name) == name and "\0" not in name
    return is_clean and name.startswith((FILES, "blobs/sha256/"))


def _check_mark(bundle: Bundle) -> None:
    if not bundle.places:
        raise RunnerError(f'"{bundle.path}" is no bundle: it is empty')
    mark = json.loads(_small(bundle, MARK))
    if mark["format"] != FORMAT:
        raise ValueError("another format")
    if mark["version"] != VERSION:
        message = f'"{bundle.path}" is a bundle of version {mark["version"]}, and this runner knows {VERSION}'
        raise RunnerError(message, help="use the runner that made it, or a newer one")


def _small(bundle: Bundle, member: str) -> bytes:
    """Return the content of a member that tells of others."""
    place = bundle.places[member]
    if place.size > _MOST:
        raise ValueError("too large")
    return b"".join(_read(bundle.path, place))


def _check_members(bundle: Bundle) -> None:
    """See that everything that it tells of is there, in its size, and nothing is told to be too large."""
    wanted = {one.member: one.size for one in bundle.contents.files}
    if any(size > _MOST for size in wanted.values()):
        raise _damaged(bundle.path, "one of its files is too large")
    for image in bundle.contents.images.values():
        wanted |= {member_of(blob): blob.size for blob in (image.manifest, image.config, *image.layers)}
    for member, size in wanted.items():
        place = bundle.places.get(member)
        if place is None or place.size != size:
            raise _damaged(bundle.path, f"{member} is {'missing' if place is None else 'not what it was'}")


def _unreadable(path: Path, error: OSError) -> RunnerError:
    return RunnerError(f'cannot read "{path}": {reason_of(error)}')


def _damaged(path: Path, what: str) -> RunnerError:
    return RunnerError(f'"{path}" is damaged: {what}', help=_AGAIN)
