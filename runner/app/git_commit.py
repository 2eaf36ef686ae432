"""The git commit checked out around a file, read directly from the repository's files."""

from __future__ import annotations

from pathlib import Path

from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import Struct
from runner.document.root import ANYWHERE, Root

_COMMIT = lazy_pattern(r"[0-9a-f]{40}([0-9a-f]{24})?")
_MOST = 64 * 1024 * 1024
"""Maximum number of bytes to read from a file of the repository, such as packed-refs."""


def commit_of(file: str, root: Root = ANYWHERE) -> str | None:
    """Return the ID of the commit checked out where `file` lies; None outside a repository or the root."""
    folder = Path(file).absolute().parent
    try:
        for parent in (folder, *folder.parents):
            git = parent / ".git"
            if git.is_dir():
                return _commit(_Repository(git, root).head())
            if git.is_file():  # a worktree or submodule: the file contains the path of the real folder
                real = _text(git, root).removeprefix("gitdir:").strip()
                return _commit(_Repository(parent / real, root).head())
    except (OSError, ValueError):
        return None
    return None


def _commit(text: str | None) -> str | None:
    """Return the text if it is a commit ID, else None: it is recorded, and repository files may contain anything."""
    return text if text and _COMMIT.fullmatch(text) else None


class _Repository(Struct):
    git: Path
    root: Root

    def head(self) -> str | None:
        """Return the content of HEAD, with a reference resolved; None if it isn't found."""
        head = _text(self.git / "HEAD", self.root)
        if not head.startswith("ref:"):
            return head
        name = head.removeprefix("ref:").strip()
        shared = self.git / "commondir"
        common = self.git / _text(shared, self.root) if shared.exists() else self.git
        loose = common / name
        return _text(loose, self.root) if loose.exists() else self._packed(common, name)

    def _packed(self, common: Path, name: str) -> str | None:
        packed = common / "packed-refs"
        lines = _text(packed, self.root).splitlines() if packed.exists() else []
        return next((line.split()[0] for line in lines if line.endswith(f" {name}")), None)


def _text(path: Path, root: Root) -> str:
    with root.open(path) as stream:
        return stream.read(_MOST).decode().strip()
