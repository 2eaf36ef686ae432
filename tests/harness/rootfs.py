"""What is in a folder, and what is in an image: in one form, so that they can be compared."""

from __future__ import annotations

import os
import stat
import tarfile
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile

from docker import DockerClient

_MADE_BY_ENGINE = ("dev", "etc", "proc", "sys", ".dockerenv")
_TYPES = {tarfile.REGTYPE: "file", tarfile.DIRTYPE: "folder", tarfile.SYMTYPE: "link", tarfile.FIFOTYPE: "pipe"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One path: `time` is whole seconds (0 for folders, which builders touch), `twins` all names of the same file."""

    type: str
    mode: int
    time: int
    content: str = ""
    twins: tuple[str, ...] = ()


def in_folder(root: Path) -> dict[str, Entry]:
    """Return what is below a folder."""
    entries: dict[str, Entry] = {}
    names: dict[tuple[int, int], list[str]] = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            status = path.lstat()
            relative = str(path.relative_to(root))
            if stat.S_ISREG(status.st_mode):
                names.setdefault((status.st_dev, status.st_ino), []).append(relative)
            entries[relative] = _entry_of(path, status)
    twins = {name: tuple(sorted(group)) for group in names.values() if len(group) > 1 for name in group}
    return {name: replace(entry, twins=twins.get(name, ())) for name, entry in entries.items()}


def _entry_of(path: Path, status: os.stat_result) -> Entry:
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return Entry("link", 0o777, int(status.st_mtime), os.readlink(path))  # noqa: PTH115 - as it is written
    if stat.S_ISDIR(status.st_mode):
        return Entry("folder", mode, 0)
    if stat.S_ISFIFO(status.st_mode):
        return Entry("pipe", mode, int(status.st_mtime))
    return Entry("file", mode, int(status.st_mtime), sha256(path.read_bytes()).hexdigest())


def in_image(client: DockerClient, image: str) -> dict[str, Entry]:
    """Return what an image holds, but for what engines put into every container; owners other than 0 are an error."""
    container = client.containers.create(image, "none")
    try:
        with TemporaryFile() as archive:
            for chunk in container.export():
                archive.write(chunk)  # type: ignore[arg-type]  # the stubs say text
            archive.seek(0)
            with tarfile.open(fileobj=archive, errors="surrogateescape") as tar:
                return _in_archive(tar)
    finally:
        container.remove()


def _in_archive(tar: tarfile.TarFile) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    names: dict[str, list[str]] = {}
    for member in tar:
        if member.name.split("/")[0] in _MADE_BY_ENGINE:
            continue
        assert (member.uid, member.gid) == (0, 0), member
        first = member.linkname if member.islnk() else member.name
        if member.islnk() or member.isreg():
            names.setdefault(first, []).append(member.name)
        entries[member.name] = entries[first] if member.islnk() else _entry_in(tar, member)
    twins = {name: tuple(sorted(group)) for group in names.values() if len(group) > 1 for name in group}
    return {name: replace(entry, twins=twins.get(name, ())) for name, entry in entries.items()}


def _entry_in(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Entry:
    file = tar.extractfile(member) if member.isreg() else None
    content = sha256(file.read()).hexdigest() if file else member.linkname
    time = 0 if member.isdir() else int(member.mtime)
    return Entry(_TYPES[member.type], member.mode & 0o7777, time, content)
