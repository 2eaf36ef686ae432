"""Sequential writer of tar members; a layer's content is written first, since its name is its digest."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable
from hashlib import sha256
from typing import BinaryIO, Final

from runner.bundle.layout import layer_type, member_of
from runner.bundle.manifest import Blob

_CHUNK: Final = tarfile.BLOCKSIZE
_BEGINNING: Final = 8


def header(name: str, size: int) -> bytes:
    """Return the header of a regular file without owner and time, so that equal contents make equal tars."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o644
    return info.tobuf(tarfile.GNU_FORMAT)


def padding(size: int) -> bytes:
    """Return the padding of a content to whole blocks."""
    return bytes(-size % _CHUNK)


END: Final = bytes(2 * _CHUNK)
"""The end mark of a tar."""


class Members:
    """A tar that is being written; every blob is in it once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._blobs: dict[str, Blob] = {}

    def add(self, name: str, content: bytes) -> None:
        """Add a member, given its content."""
        self._stream.write(header(name, len(content)) + content + padding(len(content)))

    def add_blob(self, blob: Blob, content: bytes) -> Blob:
        """Add a blob, given its content, unless it is there already."""
        if blob.digest not in self._blobs:
            self.add(member_of(blob), content)
            self._blobs[blob.digest] = blob
        return blob

    def add_layer(self, chunks: Iterable[bytes], size: int) -> Blob:
        """Add a layer from chunks, `size` bytes in all; a duplicate is truncated away again."""
        start = self._stream.tell()
        self._stream.write(header("blobs/pending", size))
        digest, beginning, length = sha256(), b"", 0
        for chunk in chunks:
            beginning = beginning or chunk[:_BEGINNING]
            digest.update(chunk)
            length += len(chunk)
            self._stream.write(chunk)
        if length != size:
            raise EOFError(f"{length} bytes in the place of {size}")
        blob = Blob(f"sha256:{digest.hexdigest()}", size, layer_type(beginning))
        if blob.digest in self._blobs:
            self._stream.seek(start)
            self._stream.truncate()
            return self._blobs[blob.digest]
        self._stream.write(padding(size))
        self._stream.seek(start)
        self._stream.write(header(member_of(blob), size))
        self._stream.seek(0, 2)
        self._blobs[blob.digest] = blob
        return blob

    def end(self) -> None:
        """Write the end mark."""
        self._stream.write(END)

    @property
    def blobs(self) -> int:
        """The number of blobs."""
        return len(self._blobs)
