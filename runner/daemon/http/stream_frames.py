"""The engine's multiplexing of stdout and stderr: frames, each with a header of stream number and payload length."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator

_HEAD = struct.Struct(">xxxxL")
ERRORS = 2
"""The number of stderr."""


class FrameBuffer:
    """Collects what has arrived of the frames, and returns those that are complete."""

    def __init__(self) -> None:
        self._received = bytearray()

    def feed(self, chunk: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the stream number, 1 or 2, and the payload of each frame that a chunk completes."""
        received = self._received
        received += chunk
        while len(received) >= (end := _end(received)):
            yield received[0], bytes(received[_HEAD.size : end])
            del received[:end]

    def rest(self) -> Iterator[tuple[int, bytes]]:
        """Yield the last frame, as far as it arrived, if it was truncated."""
        if len(self._received) >= _HEAD.size:
            yield self._received[0], bytes(self._received[_HEAD.size :])


def frames(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the stream number, 1 or 2, and the payload of each frame as soon as it is complete.

    A truncated frame is yielded at the end, as far as it arrived.
    """
    buffer = FrameBuffer()
    for chunk in chunks:
        yield from buffer.feed(chunk)
    yield from buffer.rest()


def _end(received: bytearray) -> int:
    """Return the offset where the first frame ends; until its length is known, where its header ends."""
    if len(received) < _HEAD.size:
        return _HEAD.size
    (length,) = _HEAD.unpack_from(received)
    return _HEAD.size + int(length)


def read_frames(read: Callable[[int], bytes]) -> Iterator[tuple[bool, bytes]]:
    """Yield each frame as soon as it has arrived: whether it is of stderr, and its payload.

    `read` returns n bytes, fewer only at the end. A truncated frame is yielded at the end, as far as it arrived.

    >>> from io import BytesIO
    >>> stream = BytesIO(bytes([1, 0, 0, 0, 0, 0, 0, 2]) + b"ok" + bytes([2, 0, 0, 0, 0, 0, 0, 1]) + b"!")
    >>> list(read_frames(stream.read))
    [(False, b'ok'), (True, b'!')]
    """
    while len(head := read(_HEAD.size)) == _HEAD.size:
        (length,) = _HEAD.unpack(head)
        yield head[0] == ERRORS, read(length)
