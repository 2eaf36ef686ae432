"""What the reading of a project's files shares: variables, folders, findings, and what has been read already."""

from __future__ import annotations

from collections.abc import MutableMapping
from posixpath import join, normpath, relpath

from runner.compose.documents import read_documents
from runner.compose.interpolate import Interpolator
from runner.compose.reset import Document
from runner.compose.variables import Variables
from runner.core.diagnostic import Diagnostic
from runner.core.lazy_pattern import lazy_pattern
from runner.core.span import Span
from runner.core.struct import replace
from runner.document.files import Files

_REMOTE = lazy_pattern(r"[a-z][a-z0-9+]*://|git@|github\.com/")


class Reading:
    """One reading of a project with all that it includes: each file is read once."""

    def __init__(
        self,
        files: Files,
        found: list[Diagnostic],
        texts: MutableMapping[str, str],
        working: str,
        *,
        is_relative: bool,
        strict: bool,
    ) -> None:
        self.files = files
        self.found = found
        self.strict = strict
        self.secrets: set[str] = set()
        """The values that may not be told: of the variables that are secrets, or called sensitive."""
        self.refused: set[Span] = set()
        """Where values stand that are in error."""
        self.is_incomplete = False
        """Whether something is missing that couldn't be read: then what refers to it is no error."""
        self.texts = texts
        self._working = working
        self._is_relative = is_relative
        self._documents: dict[str, list[Document] | None] = {}

    def documents(self, file: str, named_at: Span | None = None) -> list[Document] | None:
        """Return a file's documents as they are written; None when it can't be read, which is reported once."""
        if file not in self._documents:
            if _REMOTE.match(file):
                self._refuse_remote(file, named_at)
                return None
            findings: list[Diagnostic] = []
            self._documents[file] = read_documents(file, findings, self.files.read, self.texts)
            if self._documents[file] is None:
                self.is_incomplete = True
                findings[-1] = replace(findings[-1], hides_more=True)
            self.found += [one if one.span else replace(one, span=named_at) for one in findings]
        return self._documents[file]

    def _refuse_remote(self, name: str, named_at: Span | None) -> None:
        self.is_incomplete = True
        help = "fetch it, and name the file"
        self.found.append(Diagnostic("compose-unsupported", f'"{name}" is not on this machine', named_at, help))

    def shown(self, path: str) -> str:
        """Return an absolute path as the user can open it from the current folder; a URL stays."""
        if not self._is_relative or _REMOTE.match(path):
            return path
        relative = relpath(path, self._working)
        return relative if len(relative) <= len(path) else path


class Scope:
    """The variables and the folder by which the files of one project are read: an included one has its own."""

    def __init__(self, reading: Reading, variables: Variables, folder: str) -> None:
        self.reading = reading
        self.variables = variables
        self.folder = folder
        self.interpolator = Interpolator(variables.find, reading.found, strict=reading.strict)
        self._interpolated: dict[str, list[Document] | None] = {}

    @property
    def found(self) -> list[Diagnostic]:
        return self.reading.found

    @property
    def home(self) -> str | None:
        """The folder that ~ stands for; None where home folders are not accessible."""
        expand = self.reading.files.access.expand_home
        return expand("~") if expand else None

    def path(self, name: str, folder: str | None = None) -> str:
        """Return the absolute path of a file that is named relative to a folder, the project's unless given.

        A URL stays.
        """
        return name if _REMOTE.match(name) else normpath(join(folder or self.folder, name))

    def documents(self, file: str, named_at: Span | None = None) -> list[Document] | None:
        """Return a file's documents with their variables replaced."""
        if file not in self._interpolated:
            written = self.reading.documents(file, named_at)
            self._interpolated[file] = None if written is None else [self._filled(one) for one in written]
            self.reading.refused |= self.interpolator.refused
        return self._interpolated[file]

    def _filled(self, document: Document) -> Document:
        return replace(document, root=self.interpolator.root(document.root))
