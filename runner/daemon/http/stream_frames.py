"""The engine's way of sending two streams in one: frames, each with a head that says which and how long."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator

_HEAD = struct.Struct(">xxxxL")
_ERRORS = 2


def frames(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the number of the stream, 1 or 2, and the content of each frame as soon as it is whole.

    One that was cut is given in the end, so far.
    """
    received = bytearray()
    for chunk in chunks:
        received += chunk
        while len(received) >= (end := _end(received)):
            yield received[0], bytes(received[_HEAD.size : end])
            del received[:end]
    if len(received) >= _HEAD.size:
        yield received[0], bytes(received[_HEAD.size :])


def _end(received: bytearray) -> int:
    """Return where the first frame ends; as long as that isn't known, where its head does."""
    if len(received) < _HEAD.size:
        return _HEAD.size
    (length,) = _HEAD.unpack_from(received)
    return _HEAD.size + int(length)


def read_frames(read: Callable[[int], bytes]) -> Iterator[tuple[bool, bytes]]:
    """Yield each frame's content, and whether it was written to the errors, as soon as it is there.

    `read` returns so many bytes, and fewer only at the end. A frame that was cut is given in the end, so far.

    >>> from io import BytesIO
    >>> stream = BytesIO(bytes([1, 0, 0, 0, 0, 0, 0, 2]) + b"ok" + bytes([2, 0, 0, 0, 0, 0, 0, 1]) + b"!")
    >>> list(read_frames(stream.read))
    [(False, b'ok'), (True, b'!')]
    """
    while len(head := read(_HEAD.size)) == _HEAD.size:
        (length,) = _HEAD.unpack(head)
        yield head[0] == _ERRORS, read(length)
