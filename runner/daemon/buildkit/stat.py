"""A path of a context as BuildKit's `Stat`. Source: tonistiigi/fsutil's types/stat.proto and Go's io/fs.FileMode."""

from __future__ import annotations

from typing import Final

from runner.core.build import ContextEntry, EntryType
from runner.daemon.buildkit import protobuf as wire

_TYPES: Final = {
    EntryType.FILE: 0,
    EntryType.FOLDER: 1 << 31,
    EntryType.LINK: 1 << 27,
    EntryType.PIPE: 1 << 25,
}
_BITS: Final = ((0o4000, 1 << 23), (0o2000, 1 << 22), (0o1000, 1 << 20))
"""The set-user-id, set-group-id and sticky bits, as Unix and as Go have them."""


def write_stat(entry: ContextEntry, twin: str) -> bytes:
    """Encode an entry as a `Stat`; owners stay 0, as in any build, and a hard link to `twin` keeps its size.

    (With size 0 the receiver would write a hard link onto itself again, and leave a stray file behind at every second
    synchronisation.) UnicodeEncodeError for a name that isn't UTF-8: messages can't hold it.
    """
    mode = _TYPES[entry.type] | entry.mode & 0o777
    for bit, theirs in _BITS:
        mode |= theirs if entry.mode & bit else 0
    target = (entry.target or twin).encode()
    size = len(target) if entry.type is EntryType.LINK else entry.size
    attributes = (wire.message(10, wire.text(1, name) + wire.text(2, value)) for name, value in entry.attributes)
    return b"".join(
        (
            wire.text(1, entry.path.encode()),
            wire.number(2, mode),
            wire.number(5, size),
            wire.number(6, entry.mtime_ns),
            wire.text(7, target),
            *attributes,
        )
    )
