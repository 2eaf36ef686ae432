"""The transfer of a build's files: BuildKit is sent the list of entries, and requests the files that it lacks.

The entries have been read and filtered before, by the same rules that BuildKit would apply, so that its patterns are
ignored here; but a build that needs only a part of a folder is sent the entries of that part only. Source: buildkit's
session/filesync/filesync.proto and tonistiigi/fsutil's types/wire.proto.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Final, Protocol
from urllib.parse import unquote_plus

from runner.core.build import ContextEntry
from runner.core.context_filter import select_entries
from runner.core.errors import RunnerError, StepFailed
from runner.core.file_changes import printable_path
from runner.daemon.buildkit import protobuf as wire
from runner.daemon.buildkit.grpc_stream import Headers
from runner.daemon.buildkit.rpc_call import INTERNAL, NOT_FOUND, RpcCall, RpcError, Status
from runner.daemon.buildkit.stat import write_stat

DIFF_COPY = "/moby.filesync.v1.FileSync/DiffCopy"

_IGNORE_FILE: Final = ".dockerignore"


class Packet(IntEnum):
    """The types of packets."""

    STAT = 0
    REQUEST = 1
    DATA = 2
    END = 3
    ERROR = 4


class Source(Protocol):
    """A folder that a build may fetch from."""

    @property
    def entries(self) -> Sequence[ContextEntry]:
        """Its entries, in byte order of the paths."""

    def contents(self, entry: ContextEntry) -> Iterator[bytes]:
        """Yield a file in chunks; RunnerError when it has changed."""


class FileSync:
    """The folders that a build may fetch from, by BuildKit's names for them."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self.failure: RunnerError | None = None
        """The error that kept a file from being sent."""
        self.sent_files = 0
        self.sent_bytes = 0

    def serve(self, headers: Headers) -> RpcCall:
        """Start to synchronise one folder."""
        name = "".join(_option(headers, "dir-name")[:1])
        if name not in self._sources:
            raise RpcError(NOT_FOUND, f'no folder "{name}" is provided to the build')
        source, wanted = self._sources[name], _option(headers, "followpaths")
        if wanted == [_IGNORE_FILE]:  # it has been applied already
            return _Diff(source, (), self)
        return _Diff(source, select_entries(source.entries, wanted), self)


def _option(headers: Headers, key: str) -> list[str]:
    values = headers.get(key, ())
    return [unquote_plus(value) for value in values] if f"{key}-encoded" in headers else list(values)


def _stat(entry: ContextEntry, twin: str) -> bytes:
    try:
        return write_stat(entry, twin)
    except UnicodeEncodeError as error:
        help = "rename it, or exclude it with .dockerignore"
        raise StepFailed(
            f'BuildKit does not support file names that are not UTF-8: "{printable_path(entry.path)}"',
            help=help,
            code="not-utf8",
        ) from error


class _Diff(RpcCall):
    """One synchronisation: first all entries are sent, then the requested files."""

    def __init__(self, source: Source, entries: Sequence[ContextEntry], sync: FileSync) -> None:
        self._source = source
        self._entries = entries
        self._sync = sync
        self._asked: deque[int] = deque()
        self._is_over = False
        self._packets = self._speak()

    def on_message(self, message: bytes) -> None:
        packet = dict(wire.fields(message))
        match packet.get(1, Packet.STAT):
            case Packet.REQUEST:
                self._asked.append(wire.signed(packet.get(3, 0)))
            case Packet.END:
                self._is_over = True
            case Packet.ERROR:
                raise RpcError(INTERNAL, wire.words(packet.get(4, b"")))

    def next_message(self) -> bytes | None:
        try:
            return next(self._packets, None)
        except RunnerError as error:
            self._sync.failure = self._sync.failure or error
            self.ended = Status(INTERNAL, error.message)
            return None

    def _speak(self) -> Iterator[bytes | None]:
        """Yield all messages to send, and None as long as the next one depends on a message yet to arrive."""
        sent: dict[str, str] = {}
        for entry in self._entries:
            twin = sent.setdefault(entry.hardlink_of or entry.path, entry.path)
            yield wire.message(2, _stat(entry, "" if twin == entry.path else twin))
        yield b""
        while self._asked or not self._is_over:
            if self._asked:
                yield from self._send(self._asked.popleft())
            else:
                yield None
        self.ended = Status()
        yield wire.number(1, Packet.END)

    def _send(self, number: int) -> Iterator[bytes]:
        """Yield a file in parts; a part without content marks its end."""
        head = wire.number(1, Packet.DATA) + wire.number(3, number)
        for chunk in self._source.contents(self._entries[number]):
            self._sync.sent_bytes += len(chunk)
            yield head + wire.message(4, chunk)
        self._sync.sent_files += 1
        yield head
