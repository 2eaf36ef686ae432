"""A single file as a tar archive, the form in which the engine copies files to and from containers."""

from __future__ import annotations

import tarfile
import time
from io import BytesIO
from pathlib import PurePosixPath

from runner.core.engine_answers import FileToCopy
from runner.core.errors import EngineError

_FOLDER_MODE = 0o755


def pack(file: FileToCopy, folder: str) -> bytes:
    """Return a tar of the file and of its parent folders below `folder`, which exists."""
    buffer, relative = BytesIO(), PurePosixPath(file.path).relative_to(folder)
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for missing in list(relative.parents)[-2::-1]:
            tar.addfile(_entry(str(missing), _FOLDER_MODE, type=tarfile.DIRTYPE))
        entry = _entry(str(relative), file.mode, size=len(file.content))
        entry.uid, entry.gid = file.owner
        tar.addfile(entry, BytesIO(file.content))
    return buffer.getvalue()


def unpack(archive: bytes) -> bytes:
    """Return the content of an archive's only member; empty if it is no regular file."""
    try:
        with tarfile.open(fileobj=BytesIO(archive)) as tar:
            content = tar.extractfile(tar.getmembers()[0])
            return content.read() if content else b""
    except tarfile.TarError as error:
        raise EngineError("the engine returned an invalid archive") from error


def _entry(name: str, mode: int, *, type: bytes = tarfile.REGTYPE, size: int = 0) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.size, entry.mtime = type, mode, size, int(time.time())
    return entry
