"""The files that a declaration refers to, read relative to the file that names them."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runner.core.phrase import reason_of
from runner.core.struct import Struct, replace
from runner.document.command import CommandError
from runner.document.dotenv import parse_dotenv
from runner.document.files import Files
from runner.document.root import Outside
from runner.document.source import Source
from runner.resource.codec import Invalid
from runner.resource.declaration import EnvFile
from runner.resource.scalars import show_argv
from runner.workflow.fingerprint import TooManyFiles, fingerprint

if TYPE_CHECKING:
    from runner.core.build import BuildContext, ChangesSince, Dockerfile
    from runner.workflow.build_context.cache import Cache

MAX_BYTES = 64 * 1024 * 1024
"""Larger than any settings file: the content is kept in memory, and sent to the engine as a whole."""


class FileInputs(Struct):
    """Inputs from the file system; without `contents`, contexts only have to exist."""

    folder: Path
    files: Files
    contents: bool

    @classmethod
    def beside(cls, file: str, files: Files, *, contents: bool) -> FileInputs:
        """Return the inputs for the declarations of a workflow file."""
        return cls(Path(file).absolute().parent, files, contents)

    def locate(self, path: str) -> str:
        """Return the absolute path of something that is passed on, such as a socket."""
        with self._told(path):
            found = self._path(path)
            self.files.access.root.resolve(found)
        return str(found)

    def mount_source(self, path: str) -> str:
        """Return the absolute path of a bind mount source on the engine's host."""
        with self._told(path):
            found = self._path(path)
            self.files.access.check_mount(found)
        return str(found)

    def _path(self, path: str) -> Path:
        joined = self.folder / self.files.access.expanded(path)
        return Path(joined.anchor, *_without_dots(joined.parts[1:]))

    def env_file(self, path: str) -> EnvFile:
        """Read an env file; a name without a value takes the caller's variable, if there is one."""
        content = self.read(path)
        found = parse_dotenv(Source.decoded(self._openable(path), content), self.variable)
        return EnvFile(found.values, (*found.found, *found.unfilled.values()))

    def _openable(self, path: str) -> str:
        """Return the path as the user can open it from the current folder."""
        found, here = self._path(path), Path.cwd()
        return str(found.relative_to(here) if found.is_relative_to(here) else found)

    def read(self, path: str) -> bytes:
        """Read a whole file."""
        return self._read(path, self.files.read)

    def read_secret(self, path: str) -> bytes:
        """Read a whole file that must not be cached."""
        with self._told(path):
            self.files.secrets.add(str(self._path(path)))
        return self._read(path, self.files.read_unseen)

    def command(self, argv: Sequence[str]) -> bytes | None:
        """Run a command in the folder of the declaring file, and return its output; None if it is withheld."""
        run, access = self.files.access.run_command, self.files.access
        if run is None:
            help = "use file, environment or variable"
            raise Invalid("commands are not allowed here", help=help, code="command-not-allowed")
        try:
            output = run(argv, self.folder, access.environ, MAX_BYTES + 1)
        except CommandError as error:
            ran = f"its output is never shown; to see it, run: {show_argv(tuple(argv))}"
            help = ran if error.has_run else "it is run without a shell; install the program, or correct its name"
            raise Invalid(str(error), help=help, code="secret-command") from error
        if output is not None and len(output) > MAX_BYTES:
            raise Invalid(f'too much output of "{argv[0]}"', help=f"at most {MAX_BYTES // 1024**2} MiB are read")
        return output

    def _read(self, path: str, read_file: Callable[[Path, int], bytes]) -> bytes:
        with self._told(path):
            found = self._path(path)
            if not self.files.is_remembered(found):
                self._require_file(path, self.files.access.root.resolve(found))
            content = read_file(found, MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise Invalid(f'too large: "{path}"', help=f"at most {MAX_BYTES // 1024**2} MiB are read; mount it instead")
        return content

    def _require_file(self, path: str, found: Path) -> None:
        if not stat.S_ISREG(found.stat().st_mode):
            kind = "a folder" if found.is_dir() else "not a regular file"
            raise Invalid(f'cannot read "{path}": {kind}', help="name a file")

    def _text(self, path: str) -> str:
        try:
            return self.read(path).decode()
        except UnicodeDecodeError as error:
            raise Invalid(f'not UTF-8: "{path}"') from error

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """Turn errors of file access into findings."""
        try:
            yield
        except Outside as error:
            help = f"only files below {error.root} are allowed"
            raise Invalid(f'"{path}" is outside the allowed folder', help=help, code="file-outside") from error
        except FileNotFoundError as error:
            raise Invalid(f'no such file: "{path}"', help=self._looked_for(path)) from error
        except OSError as error:
            raise Invalid(f'cannot read "{path}": {reason_of(error)}') from error
        except ValueError as error:
            raise Invalid(f'invalid path: "{path}"', help="remove the null character") from error

    def fingerprint(self, pattern: str) -> str:
        """Return the fingerprint of a file, a folder or the matches of a glob; empty without `contents`."""
        if not pattern.strip():
            raise Invalid("an empty path", help="name a file, a folder or a glob")
        try:
            with self._told(pattern):
                path = self._path(pattern)
                return self.files.fingerprint(
                    path, partial(fingerprint, path, self.files.access.root, contents=self.contents)
                )
        except TooManyFiles as error:
            raise Invalid(f'"{pattern}" matches {error}', help="use a narrower pattern") from error

    def dockerfile(
        self, context: str, name: str | None, inline: str | None, args: Mapping[str, str | None], target: str | None
    ) -> Dockerfile:
        """Read a Dockerfile from the context, or use the inline text."""
        from runner.workflow.build_context.dockerfile import UnknownTarget, read_dockerfile

        self._require_folder(context)
        shown = name or "Dockerfile"
        key = "dockerfile" if inline is None else "dockerfile_inline"
        try:
            text = self._text(str(Path(context, shown))) if inline is None else inline
            found = read_dockerfile(text, shown, args, target)
            return replace(found, inline=inline is not None)
        except UnknownTarget as error:
            raise Invalid(str(error), path=("target",)) from error
        except Invalid as invalid:
            raise invalid.within(key) from None

    def context(self, path: str, dockerfile: str | None) -> BuildContext:
        """Read a build context."""
        from runner.core.build import BuildContext
        from runner.workflow.build_context.context import read_context, read_ignore_file
        from runner.workflow.build_context.walk import ContextError

        self._require_folder(path)
        root = self.files.access.root
        try:
            if not self.contents:
                read_ignore_file(self._path(path), dockerfile, root)
                return BuildContext(root="", entries=(), digest="")
            with self._told(path):
                return read_context(self._path(path), dockerfile, self._cache(), root)
        except ContextError as error:
            raise Invalid(str(error), path=("context",)) from error

    def changes_since(self, contexts: Mapping[str, BuildContext]) -> ChangesSince:
        """Return a function for the file changes in contexts since an earlier digest; the main one has no name."""
        if len(contexts) == 1 or not self.contents:
            return contexts[""].changes_since
        from runner.core.build import combined_digest
        from runner.workflow.build_context.manifest import changes_since, keep_together

        cache, digest = self._cache(), combined_digest(contexts)
        keep_together(cache, digest, {name: context.digest for name, context in contexts.items()})
        return partial(changes_since, cache, digest)

    def _cache(self) -> Cache:
        from runner.workflow.build_context.cache import Cache

        folder = self.files.access.cache
        return Cache(folder and folder / "contexts")

    def _require_folder(self, path: str) -> None:
        try:
            with self._told(path):
                found = self.files.access.root.resolve(self._path(path)).is_dir()
        except Invalid as invalid:
            raise invalid.within("context") from None
        if not found:
            raise Invalid(f'no such folder: "{path}"', path=("context",), help=self._looked_for(path))

    def _looked_for(self, path: str) -> str | None:
        """Return the help that tells where a relative path leads."""
        found = str(self._path(path))
        return None if found == path else f"looked for {found}"

    def variable(self, name: str) -> str | None:
        """Return a variable of the caller's environment."""
        return self.files.access.environ.get(name)

    def commit_time(self, path: str) -> int | None:
        """Return the time of the last commit in a folder, in seconds since the epoch.

        None below a root: git searches further up, and runs what a repository's own configuration names.
        """
        if self.files.access.root.folder is not None:
            return None
        from runner.workflow.build_context.commit_time import commit_time

        return commit_time(self._path(path), self.files.access.environ)


def _without_dots(parts: tuple[str, ...]) -> list[str]:
    """Resolve . and .. lexically: links stay as the user wrote them."""
    clean: list[str] = []
    for part in parts:
        if part == "..":
            del clean[-1:]
        elif part != ".":
            clean.append(part)
    return clean
