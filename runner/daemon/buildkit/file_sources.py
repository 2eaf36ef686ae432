"""What a build may fetch: a folder as it was scanned, or a text that is no file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final

from runner.core.build import BuildContext, ContextEntry, EntryType
from runner.daemon.build.context_files import contents

_LATEST: Final = 1 << 60
"""Nanoseconds since the epoch; some time in 2006."""


class Folder:
    """A build context; only the content that was digested is sent."""

    def __init__(self, context: BuildContext) -> None:
        self._root = context.root
        self.entries: Sequence[ContextEntry] = context.entries

    def contents(self, entry: ContextEntry) -> Iterator[bytes]:
        """Yield a file in chunks; StepFailed when it differs from the one that was digested."""
        return contents(self._root, entry)


class Text:
    """A folder with one file of given content.

    Its modification time is derived from its content: the receiver takes a file of the same size and time as unchanged.
    """

    def __init__(self, name: str, text: str) -> None:
        self._content = text.encode("utf-8", "surrogateescape")
        moment = int.from_bytes(sha256(self._content).digest()[:7]) % _LATEST
        self.entries: Sequence[ContextEntry] = (ContextEntry(name, EntryType.FILE, 0o644, len(self._content), moment),)

    def contents(self, _entry: ContextEntry) -> Iterator[bytes]:
        """Yield the text."""
        yield self._content
