"""The git commit that a file lies in, read from the repository's own files."""

from __future__ import annotations

from pathlib import Path


def commit_of(file: str) -> str | None:
    """Return the commit id that is checked out where `file` lies, None outside of a repository."""
    folder = Path(file).absolute().parent
    for parent in (folder, *folder.parents):
        git = parent / ".git"
        if git.is_dir():
            return _head(git)
        if git.is_file():  # a worktree or a submodule: the file names the real folder
            target = git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
            return _head(parent / target)
    return None


def _head(git: Path) -> str | None:
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref:"):
            return head
        name = head.removeprefix("ref:").strip()
        shared = git / "commondir"
        common = git / shared.read_text(encoding="utf-8").strip() if shared.exists() else git
        loose = common / name
        return loose.read_text(encoding="utf-8").strip() if loose.exists() else _packed(common, name)
    except OSError:
        return None


def _packed(git: Path, name: str) -> str | None:
    packed = git / "packed-refs"
    lines = packed.read_text(encoding="utf-8").splitlines() if packed.exists() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), None)
