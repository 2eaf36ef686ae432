"""What only Compose files are read with: Compose's own options, as a value that records and saved plans keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from runner.core.struct import Struct, replace

if TYPE_CHECKING:
    from runner.core.serialize import JSONObject


class ComposeOptions(Struct):
    """Compose's options besides the first file."""

    more_files: tuple[str, ...] = ()
    """Files that are merged into the first one, in order."""
    project: str | None = None
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    folder: str | None = None
    """The folder that relative paths start from; None: that of the first file."""
    strict: bool = False

    def with_paths(self, change: Callable[[str], str]) -> ComposeOptions:
        """Return the options with each of their paths changed."""
        return replace(
            self,
            more_files=tuple(map(change, self.more_files)),
            env_files=tuple(map(change, self.env_files)),
            folder=None if self.folder is None else change(self.folder),
        )

    def spellings(self) -> Iterator[str]:
        """Yield the options that are given, as the command line has them."""
        given = {
            "--file": len(self.more_files) > 0,
            "--project-name": self.project is not None,
            "--profile": len(self.profiles) > 0,
            "--env-file": len(self.env_files) > 0,
            "--project-directory": self.folder is not None,
            "--strict": self.strict,
        }
        return (spelling for spelling, is_given in given.items() if is_given)


def options_json(options: ComposeOptions | None) -> JSONObject | None:
    """Return what is kept of the options; None for a workflow file, which has none."""
    if options is None:
        return None
    return {
        "more_files": [*options.more_files],
        "project": options.project,
        "profiles": [*options.profiles],
        "env_files": [*options.env_files],
        "folder": options.folder,
        "strict": options.strict,
    }
