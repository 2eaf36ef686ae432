"""What a workflow may access beside its own text: an environment, the files below a root, and commands to run.

No package below the commands accesses the process's environment, its home folder or the file system in another way, so
that a caller who reads an untrusted repository decides what it can access.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from runner.core.struct import GuardedStruct, field
from runner.document.command import RunCommand
from runner.document.root import Outside, Root


class Access(GuardedStruct):
    """Access to the files below a root, and by default nothing else: no variable, home folder, cache or command."""

    UNSEEN = frozenset({"environ"})

    root: Root
    environ: Mapping[str, str] = field(default_factory=dict)
    """The environment, for lookups of variables by name."""
    variables: Collection[str] | None = None
    """Names in it from which the file's own variables may take their values; None: all."""
    expand_home: Callable[[str], str] | None = None
    """Expands ~ at the beginning of a path; None: such a path is outside of the root."""
    cache: Path | None = None
    """The cache folder, kept between runs to save time; None: no cache."""
    mounts: tuple[Path, ...] = ()
    """Absolute paths on the engine that may be bind-mounted with all below them, besides those below the root."""
    run_command: RunCommand | None = None
    """Runs the commands that the workflow names as sources of secrets; None: they are refused."""

    @property
    def open_environ(self) -> Mapping[str, str]:
        """The part of the environment that the file's own variables may read."""
        if self.variables is None:
            return self.environ
        return {name: self.environ[name] for name in self.variables if name in self.environ}

    def expanded(self, path: str) -> str:
        """Expand ~ in a path; raise Outside where home folders are not accessible."""
        if not path.startswith("~"):
            return path
        if self.expand_home is not None:
            return self.expand_home(path)
        if self.root.folder is not None:
            raise Outside(Path(path), self.root.folder)
        return path

    def check_mount(self, path: Path) -> None:
        """Raise Outside for a normalized absolute path that may not be bind-mounted from the engine's machine."""
        if not any(path.is_relative_to(folder) for folder in self.mounts):
            self.root.resolve(path)
