"""Writing of bundles, member by member, to a seekable stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import BinaryIO

from runner.bundle import layout
from runner.bundle.docker_archive import take_apart
from runner.bundle.manifest import CONTENTS, FILES, FORMAT, MARK, SEAL, VERSION, File, Image, Manifest, contents_json
from runner.bundle.tar_writer import Members
from runner.core.struct import replace


class Writer:
    """A bundle that is being written."""

    def __init__(self, stream: BinaryIO) -> None:
        """Start the bundle; it is complete only after `finish`."""
        self._members = Members(stream)
        self._members.add(MARK, layout.written({"format": FORMAT, "version": VERSION}))

    def add_image(self, archive: Iterable[bytes]) -> Image:
        """Add an image from an engine's archive; blobs that are in the bundle already are not added again."""
        return take_apart(archive, self._members)

    def add_files(self, files: Mapping[str, bytes]) -> tuple[File, ...]:
        """Add the workflow's files, by path relative to the main file's folder."""
        return tuple(self._add_file(number, path, content) for number, (path, content) in enumerate(files.items()))

    def _add_file(self, number: int, path: str, content: bytes) -> File:
        is_inside = not path.startswith(("/", "../"))
        member = f"{FILES}{path}" if is_inside else f"{FILES}.outside/{number}-{path.rpartition('/')[2]}"
        self._members.add(member, content)
        return File(path, member, f"sha256:{sha256(content).hexdigest()}", len(content))

    def finish(self, contents: Manifest) -> None:
        """Complete the bundle with its manifest."""
        images = _together(contents.images.values())
        self._members.add(layout.OCI_LAYOUT, layout.LAYOUT)
        self._members.add(layout.INDEX, layout.index(images))
        self._members.add(layout.DOCKER_MANIFEST, layout.docker_manifest(images))
        written = layout.written(contents_json(contents))
        self._members.add(CONTENTS, written)
        self._members.add(SEAL, sha256(written).hexdigest().encode())
        self._members.end()


def _together(images: Iterable[Image]) -> list[Image]:
    """Return each image once, with all of its names."""
    by_digest: dict[str, Image] = {}
    for image in images:
        known = by_digest.get(image.manifest.digest, replace(image, names=()))
        by_digest[image.manifest.digest] = replace(known, names=tuple(dict.fromkeys((*known.names, *image.names))))
    return list(by_digest.values())
