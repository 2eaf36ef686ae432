"""What a workflow may take from outside of its own text: an environment, and the files below a root.

No room below the commands looks at the process's environment, its home or the file system in another way, so that a
caller who reads somebody else's repository decides what gets in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner.document.root import Outside, Root


@dataclass(frozen=True, slots=True)
class Access:
    """The files below a root, and by default nothing else: no variable, no home folder, no cache."""

    root: Root
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The environment, for whatever names a variable of it."""
    variables: Collection[str] | None = None
    """The names that the file's own variables may take from it; None: all."""
    expand_home: Callable[[str], str] | None = None
    """Replaces ~ at the beginning of a path; None: such a path is outside."""
    cache: Path | None = None
    """The folder for what is remembered between runs to save time; None: nothing is."""
    mounts: tuple[Path, ...] = ()
    """Absolute paths on the engine that may be bind-mounted with all below them, besides what is below the root."""

    @property
    def open_environ(self) -> Mapping[str, str]:
        """What of the environment is open to the file's own variables."""
        if self.variables is None:
            return self.environ
        return {name: self.environ[name] for name in self.variables if name in self.environ}

    def expanded(self, path: str) -> str:
        """Return a path with the home folder in the place of ~; Outside when there is to be none."""
        if not path.startswith("~"):
            return path
        if self.expand_home is not None:
            return self.expand_home(path)
        if self.root.folder is not None:
            raise Outside(Path(path), self.root.folder)
        return path

    def check_mount(self, path: Path) -> None:
        """Raise Outside for a path, absolute and without dots, that may not be mounted from the engine's machine."""
        if not any(path.is_relative_to(folder) for folder in self.mounts):
            self.root.resolve(path)
