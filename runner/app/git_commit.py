"""The git commit that a file lies in, read from the repository's own files."""

from __future__ import annotations

import re
from pathlib import Path

from runner.document.root import ANYWHERE

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_MOST = 64 * 1024 * 1024
"""Bytes of a list of references that is read."""


def commit_of(file: str) -> str | None:
    """Return the commit id that is checked out where `file` lies, None outside of a repository."""
    folder = Path(file).absolute().parent
    try:
        for parent in (folder, *folder.parents):
            git = parent / ".git"
            if git.is_dir():
                return _commit(_head(git))
            if git.is_file():  # a worktree or a submodule: the file names the real folder
                return _commit(_head(parent / _text(git).removeprefix("gitdir:").strip()))
    except (OSError, ValueError):
        return None
    return None


def _commit(text: str | None) -> str | None:
    """Return what is a commit's id: it goes on record, and the files of a repository may hold anything."""
    return text if text and _COMMIT.fullmatch(text) else None


def _head(git: Path) -> str | None:
    head = _text(git / "HEAD")
    if not head.startswith("ref:"):
        return head
    name = head.removeprefix("ref:").strip()
    shared = git / "commondir"
    common = git / _text(shared) if shared.exists() else git
    loose = common / name
    return _text(loose) if loose.exists() else _packed(common, name)


def _packed(git: Path, name: str) -> str | None:
    packed = git / "packed-refs"
    lines = _text(packed).splitlines() if packed.exists() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), None)


def _text(path: Path) -> str:
    with ANYWHERE.open(path) as stream:
        return stream.read(_MOST).decode().strip()
