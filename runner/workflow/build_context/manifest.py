"""Manifests: the entries of a context by its digest, so that a plan can show which files make the difference.

Manifests are stored by the first digits of the digest: the engine keeps no more than these of an earlier build.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise

from runner.core.build import ContextEntry, EntryType
from runner.core.decode import decode
from runner.core.file_changes import FileChange, FileStatus, printable_path
from runner.core.strict_json import Malformed
from runner.workflow.build_context.cache import Cache

DIGITS = 12
NAMED = 20
"""Per status; a plan that named thousands would help nobody."""


def save_manifest(cache: Cache, digest: str, entries: Sequence[ContextEntry], parts: Sequence[bytes]) -> None:
    """Save each entry's part of the digest, unless it is saved already."""
    if cache.folder and not cache.has(_name(digest)):
        paths = (f"{entry.path}/" if entry.type is EntryType.FOLDER else entry.path for entry in entries)
        short = (blake2b(part, digest_size=8).hexdigest() for part in parts)
        cache.put(_name(digest), json.dumps(dict(zip(paths, short, strict=True))).encode())


def keep_together(cache: Cache, digest: str, contexts: Mapping[str, str]) -> None:
    """Save several contexts under one digest, by their names and digests; the main one has no name."""
    if not cache.folder or cache.has(_name(digest)):
        return
    together: dict[str, str] = {}
    for name, one in contexts.items():
        manifest = _manifest(cache, one)
        if manifest is None:
            return
        together |= {f"{name}: {path}" if name else path: part for path, part in manifest.items()}
    cache.put(_name(digest), json.dumps(together).encode())


def changes_since(cache: Cache, digest: str, before: str) -> tuple[FileChange, ...]:
    """Return the changes between two digests; empty if either is no longer known."""
    then, now = (_manifest(cache, one) for one in (before, digest))
    return compare(then, now) if then is not None and now is not None else ()


def compare(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[FileChange, ...]:
    """Return the changes between two manifests; a folder is left out if something in it was added or removed too.

    >>> compare({"a": "1"}, {"a": "1", "src/": "1", "src/c": "1"})
    (FileChange(fate=<FileStatus.ADDED: 'added'>, count=1, first=('src/c',)),)
    """
    changed = [path for path in now if path in then and then[path] != now[path]]
    added = _leaves(path for path in now if path not in then)
    removed = _leaves(path for path in then if path not in now)
    fates = ((FileStatus.CHANGED, changed), (FileStatus.ADDED, added), (FileStatus.REMOVED, removed))
    return tuple(FileChange(fate, len(it), tuple(map(printable_path, it[:NAMED]))) for fate, it in fates if it)


def _leaves(paths: Iterable[str]) -> list[str]:
    """Drop folders that contain another one of the paths; in sorted order their content follows them."""
    pairs = pairwise([*sorted(paths), ""])
    return [path for path, after in pairs if not (path.endswith("/") and after.startswith(path))]


def _name(digest: str) -> str:
    return f"{digest[:DIGITS]}.manifest"


def _manifest(cache: Cache, digest: str) -> Mapping[str, str] | None:
    blob = cache.get(_name(digest))
    try:
        return None if blob is None else decode(Mapping[str, str], blob, file_names=True)  # type: ignore[type-abstract]
    except Malformed:
        return None
