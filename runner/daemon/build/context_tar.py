"""A build context as the tar stream that the classic builder takes.

That builder requires the Dockerfile inside of the context, and removes it and `.dockerignore` again if the
`.dockerignore` in there says so; it leaves out nothing else. So a Dockerfile that isn't among the context's entries is
sent all the same, with a `.dockerignore` that has it removed: instructions see the entries and nothing else. Where the
user's own `.dockerignore` is sent and says otherwise, lines are appended to it, as Docker's CLI does.

Independent of the meaning of ignore patterns, and of how the stream reaches the engine.
"""

from __future__ import annotations

import posixpath
import re
import sys
import tarfile
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias

from runner.core.build import BuildContext, BuildRequest, ContextEntry, Dockerfile, EntryType
from runner.core.struct import replace
from runner.daemon.build.context_files import contents

_IGNORE_FILE = ".dockerignore"
_STAND_IN = ".runner.Dockerfile"
_CHUNK = 1 << 18
# Pipes are left out, and hard links become files.
_TYPES = {EntryType.FILE: tarfile.REGTYPE, EntryType.FOLDER: tarfile.DIRTYPE, EntryType.LINK: tarfile.SYMTYPE}

_Entries: TypeAlias = Mapping[str, ContextEntry]


class Sink(Protocol):
    """Writable target of the stream."""

    def write(self, data: bytes, /) -> object: ...


def write_tar(request: BuildRequest, sink: Sink) -> str:
    """Write the context and return the Dockerfile's path in it; no more than a chunk is held in memory.

    Raises StepFailed when a file differs from the one that was digested.
    """
    context = request.context
    entries = {entry.path: entry for entry in context.entries}
    dockerfile = (None if request.pins else _own_place(request.dockerfile, entries)) or _stand_in(entries)
    texts = _ignore_file(context, entries, dockerfile)
    if dockerfile not in entries:
        texts[dockerfile] = request.text.encode("utf-8", "surrogateescape")
    _write_header(sink, ContextEntry(".", EntryType.FOLDER, 0o755))
    for entry in context.entries:
        if entry.type not in _TYPES:
            continue
        if (text := texts.pop(entry.path, None)) is not None:
            _write_file(sink, replace(entry, type=EntryType.FILE, size=len(text), target=""), [text])
        elif entry.type is EntryType.FILE:
            _write_file(sink, entry, contents(context.root, entry))
        else:
            _write_header(sink, entry)
    for path, text in texts.items():
        _write_file(sink, ContextEntry(path, EntryType.FILE, 0o644, len(text)), [text])
    sink.write(bytes(2 * tarfile.BLOCKSIZE))
    return dockerfile


def _own_place(dockerfile: Dockerfile, entries: _Entries) -> str | None:
    """Return the path under which the Dockerfile is sent by its own name, None if there is no such path.

    One that isn't an entry is sent at the topmost part of its path that isn't: the ignore file that leaves it out
    leaves that part out too, and a folder created just for it would remain.
    """
    name = posixpath.normpath(dockerfile.name)
    if dockerfile.inline or name.startswith(("/", "../")):
        return None
    parts = name.split("/")
    for count in range(1, len(parts)):
        folder = entries.get(path := "/".join(parts[:count]))
        if folder is None:
            return path
        if folder.type is not EntryType.FOLDER:
            return None
    return name if name not in entries or entries[name].type is EntryType.FILE else None


def _stand_in(entries: _Entries) -> str:
    name = _STAND_IN
    while name in entries:
        name += "_"
    return name


def _ignore_file(context: BuildContext, entries: _Entries, dockerfile: str) -> dict[str, bytes]:
    """Return the `.dockerignore` to send in place of the existing one, if any, as path and text."""
    is_entry = dockerfile in entries
    own = entries.get(_IGNORE_FILE)
    if own is None:
        lines = [] if is_entry else [_IGNORE_FILE, _pattern(dockerfile)]
    elif own.type is not EntryType.FILE or context.ignore_file != _IGNORE_FILE:
        lines = [f"!{_IGNORE_FILE}", ("!" if is_entry else "") + _pattern(dockerfile)]
    else:
        lines = [_pattern(dockerfile)] if dockerfile.startswith(_STAND_IN) and not is_entry else []
    if not lines:
        return {}
    text = b"".join(contents(context.root, own)) if own and own.type is EntryType.FILE else b""
    added = "".join(f"{line}\n" for line in lines).encode()
    return {_IGNORE_FILE: text.removesuffix(b"\n") + b"\n" + added if text else added}


def _pattern(path: str) -> str:
    """Return a pattern that matches `path`; only two paths are ever matched, so special characters become wildcards.

    >>> _pattern("docker/my [odd] Dockerfile")
    'docker/my??odd??Dockerfile'
    """
    return re.sub(r"[^A-Za-z0-9._/-]", "?", path)


def _write_file(sink: Sink, entry: ContextEntry, contents: Iterable[bytes]) -> None:
    _write_header(sink, entry)
    for chunk in contents:
        sink.write(chunk)
    sink.write(bytes(-entry.size % tarfile.BLOCKSIZE))


def _write_header(sink: Sink, entry: ContextEntry) -> None:
    """Write an entry's header in GNU format, which every builder tells from a Dockerfile."""
    info = tarfile.TarInfo(f"{entry.path}/" if entry.type is EntryType.FOLDER else entry.path)
    info.type = _TYPES[entry.type]
    info.mode = entry.mode
    info.size = entry.size
    info.mtime = entry.mtime_ns // 1_000_000_000
    info.linkname = entry.target
    sink.write(info.tobuf(tarfile.GNU_FORMAT, sys.getfilesystemencoding(), "surrogateescape"))
