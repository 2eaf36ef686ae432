"""Reading of bundles: the manifest is verified before use, each content when it is read."""

from __future__ import annotations

import posixpath
import tarfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from runner.bundle import layout
from runner.bundle.headers import NotPlain, read_members
from runner.bundle.layout import member_of
from runner.bundle.manifest import CONTENTS, FILES, FORMAT, MARK, SEAL, VERSION, Blob, Image, Manifest, Mark
from runner.bundle.tar_writer import END, header, padding
from runner.core.decode import decode
from runner.core.errors import RunnerError, UnusableFile
from runner.core.phrase import reason_of
from runner.core.strict_json import LARGEST, Malformed
from runner.core.struct import Struct, replace
from runner.document.root import ANYWHERE

_DOCUMENTS: Final = (MARK, CONTENTS, SEAL, layout.OCI_LAYOUT, layout.INDEX, layout.DOCKER_MANIFEST)
_MOST: Final = LARGEST
"""Maximum bytes of a member that is read into memory, and of all of the workflow's files."""
_MOST_MEMBERS: Final = 100_000
_CHUNK: Final = 1 << 20
_AGAIN: Final = "fetch it again, or recreate it with: runner bundle"


class _Place(Struct):
    """The place of a member's content in the file."""

    offset: int
    size: int


class Bundle(Struct):
    """A bundle on disk: its manifest, and the places of its members."""

    path: Path
    contents: Manifest
    places: Mapping[str, _Place]

    def files(self) -> dict[str, bytes]:
        """Return the workflow's files by path; RunnerError when one fails its checksum."""
        return {one.path: self._whole(one.member, one.digest) for one in self.contents.files}

    def image(self, address: str) -> BundledImage:
        """Return an image as an archive that engines load."""
        return BundledImage(self, self.contents.images[address])

    def _whole(self, member: str, digest: str) -> bytes:
        return b"".join(self.pieces(member, digest))

    def pieces(self, member: str, digest: str) -> Iterator[bytes]:
        """Yield a content in chunks; the last one is withheld until the checksum is verified."""
        place, seen, last = self.places[member], sha256(), b""
        for piece in _read(self.path, place):
            yield last
            seen.update(piece)
            last = piece
        if f"sha256:{seen.hexdigest()}" != digest:
            raise _damaged(self.path, f"{member} does not match its digest")
        yield last


def _read(path: Path, place: _Place) -> Iterator[bytes]:
    left = place.size
    try:
        with ANYWHERE.open(path) as stream:
            stream.seek(place.offset)
            while left and (piece := stream.read(min(left, _CHUNK))):
                yield piece
                left -= len(piece)
    except OSError as error:
        raise _unreadable(path, error) from error


class BundledImage(Struct):
    """One image of a bundle as a tar of its own; see `core.gateway.ImageArchive`."""

    bundle: Bundle
    image: Image

    @property
    def size(self) -> int:
        """The approximate size in bytes."""
        return sum(blob.size for blob in self._blobs)

    @property
    def _blobs(self) -> dict[Blob, None]:
        return dict.fromkeys((self.image.config, *self.image.layers, self.image.manifest))

    def chunks(self) -> Iterator[bytes]:
        """Yield the tar, without names for the image; RunnerError before its end when a content fails its checksum."""
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
    """Scan a tar and return it as a bundle; UnusableFile when it is none, or is damaged."""
    try:
        places = _places(path)
        _check_mark(path, places)
        if SEAL not in places:
            raise _damaged(path, "it is truncated")
        written = _small(path, places, CONTENTS)
        if sha256(written).hexdigest().encode() != _small(path, places, SEAL):
            raise _damaged(path, f"{CONTENTS} does not match its digest")
        bundle = Bundle(path, decode(Manifest, written, most=_MOST, file_names=True), places)
    except Malformed as error:
        raise _damaged(path, f"invalid manifest: {error}") from error
    except (tarfile.TarError, EOFError) as error:
        raise _damaged(path, f"cannot be read completely: {error}") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    _check_members(bundle)
    return bundle


def _places(path: Path) -> dict[str, _Place]:
    """Return the place of each member; UnusableFile for a tar with members that no bundle has."""
    places: dict[str, _Place] = {}
    with ANYWHERE.open(path) as stream:
        try:
            for member in read_members(stream):
                if not places and member.name != MARK:
                    raise _foreign(path)
                if not _is_expected(member.name) or member.name in places or len(places) == _MOST_MEMBERS:
                    raise _misplaced(path, member.name)
                places[member.name] = _Place(member.offset, member.size)
        except NotPlain as error:
            raise (_misplaced(path, str(error)) if places else _foreign(path)) from error
    return places


def _is_expected(name: str) -> bool:
    if name in _DOCUMENTS:
        return True
    is_clean = posixpath.normpath(name) == name and "\0" not in name
    return is_clean and name.startswith((FILES, "blobs/sha256/"))


def _check_mark(path: Path, places: Mapping[str, _Place]) -> None:
    if not places:
        raise UnusableFile(path, "is not a bundle: it is empty", help=_AGAIN, code="broken-bundle")
    mark = decode(Mark, _small(path, places, MARK))
    if mark.format != FORMAT:
        raise Malformed("another format")
    if mark.version != VERSION:
        message = f"is bundle version {mark.version}; this runner supports {VERSION}"
        raise UnusableFile(
            path, message, help="use the runner version that created it, or a newer one", code="broken-bundle"
        )


def _small(path: Path, places: Mapping[str, _Place], member: str) -> bytes:
    """Return the content of a metadata member."""
    place = places.get(member)
    if place is None or place.size > _MOST:
        raise _damaged(path, f"{member} is {'missing' if place is None else 'too large'}")
    return b"".join(_read(path, place))


def _check_members(bundle: Bundle) -> None:
    """Check that every member in the manifest is present in its size, and that the files are within the limit."""
    wanted = {one.member: one.size for one in bundle.contents.files}
    if sum(wanted.values()) > _MOST:
        raise _damaged(bundle.path, f"its files are larger than {_MOST} bytes")
    for image in bundle.contents.images.values():
        wanted |= {member_of(blob): blob.size for blob in (image.manifest, image.config, *image.layers)}
    for member, size in wanted.items():
        place = bundle.places.get(member)
        if place is None or place.size != size:
            raise _damaged(bundle.path, f"{member} is {'missing' if place is None else 'corrupt'}")


def _foreign(path: Path) -> UnusableFile:
    return UnusableFile(
        path,
        "is not a bundle",
        help="create bundles with runner bundle; load images with docker load",
        code="broken-bundle",
    )


def _misplaced(path: Path, member: str) -> UnusableFile:
    return UnusableFile(path, f'is not a valid bundle: unexpected "{member}"', code="broken-bundle")


def _unreadable(path: Path, error: OSError) -> RunnerError:
    return UnusableFile(path, f"can't be read: {reason_of(error)}", code="file-unreadable")


def _damaged(path: Path, what: str) -> RunnerError:
    return UnusableFile(path, f"is damaged: {what}", help=_AGAIN, code="broken-bundle")
