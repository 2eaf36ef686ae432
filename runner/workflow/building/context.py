"""A build's folder as a value: what travels to the engine, and a digest that tells whether it must travel again.

Nothing here knows of engines or of what a Dockerfile says; links are never followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from runner.core.build import BuildContext, ContextEntry, EntryType
from runner.workflow.building.ignore import IgnoreRules, InvalidIgnoreFile, Verdicts

_IGNORE_FILE = ".dockerignore"
_CHUNK = 1 << 18


class ContextError(Exception):
    """The folder can't be read as it should travel; the message names what stands in the way."""


def read_context(root: Path, dockerfile: str | None = None) -> BuildContext:
    """Read the folder `root` as `<dockerfile>.dockerignore`, else `.dockerignore`, lets it be seen.

    `dockerfile` is its path relative to `root`, None for one written inline. Sockets, pipes and devices stay behind.
    Raises ContextError.
    """
    ignore_file, rules = read_rules(root, dockerfile)
    entries = sorted(_walk(root, rules), key=lambda entry: os.fsencode(entry.path))
    return BuildContext(str(root), tuple(entries), _digest(root, entries), ignore_file)


def read_rules(root: Path, dockerfile: str | None) -> tuple[str | None, IgnoreRules]:
    """Return the ignore file that counts, relative to `root`, and what it says. Raises ContextError."""
    for name in (f"{dockerfile}{_IGNORE_FILE}", _IGNORE_FILE) if dockerfile else (_IGNORE_FILE,):
        try:
            return name, IgnoreRules((root / name).read_bytes().decode("utf-8", "surrogateescape"))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except InvalidIgnoreFile as error:
            raise ContextError(f"{name}:{error.line}: {error}") from error
        except OSError as error:
            raise _unreadable(name, error) from error
    return None, IgnoreRules()


def _unreadable(path: str, error: OSError) -> ContextError:
    return ContextError(f'cannot read "{path}": {(error.strerror or str(error)).lower()}')


def _walk(root: Path, rules: IgnoreRules) -> Iterator[ContextEntry]:
    """Yield what travels, in no order; a folder that is left out travels when something inside of it does."""
    left_out: dict[str, os.DirEntry[str]] = {}
    waiting: list[tuple[str, Verdicts | None]] = [("", None)]
    while waiting:
        folder, above = waiting.pop()
        for item in _scan(root, folder, may_fail=folder in left_out):
            path = f"{folder}/{item.name}" if folder else item.name
            is_left_out, verdicts = rules.judge(path, above)
            if item.is_dir(follow_symlinks=False) and (not is_left_out or rules.may_readmit_below(path)):
                waiting.append((path, verdicts))
                if is_left_out:
                    left_out[path] = item
            if not is_left_out and (entry := _entry(root, path, item)):
                yield entry
                yield from _folders_above(root, path, left_out)


def _folders_above(root: Path, path: str, left_out: dict[str, os.DirEntry[str]]) -> Iterator[ContextEntry]:
    """Yield the folders that `path` needs and that were left out so far."""
    while "/" in path:
        path = path.rpartition("/")[0]
        if path in left_out and (entry := _entry(root, path, left_out.pop(path))):
            yield entry


def _scan(root: Path, folder: str, *, may_fail: bool) -> list[os.DirEntry[str]]:
    """List a folder; one that is left out and closed to us holds nothing that could travel."""
    try:
        with os.scandir(root / folder) as items:
            return list(items)
    except OSError as error:
        if may_fail and isinstance(error, PermissionError):
            return []
        raise _unreadable(folder or str(root), error) from error


def _entry(root: Path, path: str, item: os.DirEntry[str]) -> ContextEntry | None:
    try:
        status = item.stat(follow_symlinks=False)
        # A Path would tidy the target up.
        target = os.readlink(item.path) if stat.S_ISLNK(status.st_mode) else ""  # noqa: PTH115
    except OSError as error:
        raise _unreadable(path, error) from error
    if target:
        return ContextEntry(path, EntryType.LINK, 0o777, mtime_ns=status.st_mtime_ns, target=target)
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISDIR(status.st_mode):
        return ContextEntry(path, EntryType.FOLDER, mode, mtime_ns=status.st_mtime_ns)
    if stat.S_ISREG(status.st_mode):
        return ContextEntry(path, EntryType.FILE, mode, status.st_size, status.st_mtime_ns)
    return None


def _digest(root: Path, entries: Iterable[ContextEntry]) -> str:
    """Digest all of it; a file goes in by its own digest, so that no content can pass for the next entry."""
    whole = sha256()
    buffer = memoryview(bytearray(_CHUNK))
    for entry in entries:
        head = f"{entry.type.value}\0{entry.mode:o}\0{entry.path}\0{entry.target}\0"
        whole.update(os.fsencode(head))
        if entry.type is EntryType.FILE:
            try:
                whole.update(_digest_of_file(root / entry.path, buffer))
            except OSError as error:
                raise _unreadable(entry.path, error) from error
    return whole.hexdigest()


def _digest_of_file(path: Path, buffer: memoryview) -> bytes:
    digest = sha256()
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
    return digest.digest()
