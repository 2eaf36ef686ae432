"""Includes: follows `include` and merges the files; independent of all keys but the top-level ones."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING

from runner.core.diagnostic import Diagnostic, Related
from runner.core.span import Span
from runner.core.struct import Struct, replace
from runner.document.excerpts import is_own_file, real_path, secret_files
from runner.document.files import Files
from runner.document.mapping import duplicate
from runner.document.nodes import Entry, MappingNode, ScalarNode, SequenceNode
from runner.document.yaml_reader import read_mapping

if TYPE_CHECKING:
    from runner.core.codes import Code

_RESOURCES = frozenset({"images", "networks", "volumes", "secrets", "configs", "containers", "jobs", "checks"})
_INCLUDE = "include"
_SECTIONS = _RESOURCES | {"variables"}


class Unread(Struct):
    """The files that couldn't be parsed, by their texts; None for a missing text, or one that must not be shown."""

    texts: tuple[str | None, ...] = ()

    def may_declare(self, name: str) -> bool:
        """Return whether a name may be declared in one of them, or in a file that it includes."""
        return any(text is None or name in text or _INCLUDE in text for text in self.texts)


class MergedFiles(Struct):
    """The merged root of all files that could be read; None where the main file couldn't."""

    root: MappingNode | None
    unread: Unread
    unquoted: frozenset[str]
    """The files of which nothing may be shown."""


def load_includes(
    file: str,
    texts: MutableMapping[str, str],
    found: list[Diagnostic],
    files: Files,
    private: Iterable[Path] = (),
    *,
    is_named: bool = True,
) -> MergedFiles:
    """Read a file with all its includes; the root is None when the file itself can't be read.

    `texts` receives the texts that may be shown: none of `private` files, and none at all unless the user named the
    file.
    """
    gatherer = _Gatherer(texts, found, files)
    gatherer.follow(file)
    shown = {name for name in gatherer.read if is_named and is_own_file(name, file)}
    secret = {real_path(path) for path in private}
    for name, root in gatherer.roots.items():
        secret.update(secret_files(root, Path(name).parent))
    shown -= {name for name in shown if name != file and real_path(name) in secret}
    unquoted = frozenset(gatherer.read - shown)
    for name in unquoted:
        texts.pop(name, None)
    whole = _merge(list(gatherer.roots.values()), found) if file in gatherer.roots else None
    unread = Unread(tuple(name and texts.get(name) for name in gatherer.unread))
    return MergedFiles(whole, unread, unquoted)


class _Gatherer:
    """Reader that reads each file once, however many include it; `roots` has included files before including ones."""

    def __init__(self, texts: MutableMapping[str, str], found: list[Diagnostic], files: Files) -> None:
        self.roots: dict[str, MappingNode] = {}
        self.unread: list[str | None] = []
        self.read: set[str] = set()
        self._texts = texts
        self._found = found
        self._files = files
        self._done: set[Path] = set()
        self._trail: dict[Path, str] = {}

    def follow(self, file: str, named_at: Span | None = None) -> None:
        identity = _identity(file)
        if identity in self._trail:
            self._refuse_cycle(file, identity, named_at)
        elif identity not in self._done:
            self._done.add(identity)
            self._trail[identity] = file
            self._read(file, named_at)
            del self._trail[identity]

    def _read(self, file: str, named_at: Span | None) -> None:
        findings: list[Diagnostic] = []
        self.read.add(file)
        root = read_mapping(file, findings, self._files.read, self._texts)
        if root is None:
            self.unread.append(file)
            findings[-1] = replace(findings[-1], hides_more=True)
        self._found += [found if found.span else replace(found, span=named_at) for found in findings]
        if root is None:
            return
        for name in self._names(root):
            self.follow(str(Path(file).parent / name.text), name.span)
        self.roots[file] = root

    def _names(self, root: MappingNode) -> list[ScalarNode]:
        """Return a file's includes, except for those that can't be file names."""
        include = root.entries.get("include")
        if include is None:
            return []
        if not isinstance(include.value, SequenceNode):
            self._refuse_form("include must be a list of files", include.value.span)
            return []
        names = []
        for item in include.value.items:
            if isinstance(item, ScalarNode) and item.text and not item.is_null:
                names.append(item)
            else:
                self._refuse_form("expected a file's name", item.span)
        return names

    def _refuse_form(self, message: str, span: Span) -> None:
        self._found.append(Diagnostic("include-form", message, span, help="such as include: [base.yaml]"))
        self.unread.append(None)

    def _refuse_cycle(self, file: str, identity: Path, named_at: Span | None) -> None:
        files = list(self._trail.values())
        cycle = [*files[list(self._trail).index(identity) :], file]
        help = "cycle: " + " → ".join(cycle)
        self._found.append(Diagnostic("include-cycle", f'"{file}" includes itself', named_at, help))


def _identity(file: str) -> Path:
    try:
        return Path(file).resolve()
    except (OSError, RuntimeError, ValueError):
        return Path(file)


def _merge(roots: list[MappingNode], found: list[Diagnostic]) -> MappingNode:
    """Merge roots in order; the last is the main file's."""
    *_, main = roots
    if len(roots) == 1:
        return main
    entries: dict[str, Entry] = {}
    for root in roots:
        for name, entry in root.entries.items():
            earlier = entries.get(name)
            entries[name] = entry if earlier is None else _merged(name, earlier, entry, found)
    return replace(main, entries=entries)


def _merged(name: str, earlier: Entry, later: Entry, found: list[Diagnostic]) -> Entry:
    if name == "version":
        _compare_versions(earlier, later, found)
    if name not in _SECTIONS:
        return later
    if not isinstance(later.value, MappingNode):
        # An invalid value wins, so that it is reported; an empty section adds nothing.
        return earlier if isinstance(later.value, ScalarNode) and later.value.is_null else later
    if not isinstance(earlier.value, MappingNode):
        return later if isinstance(earlier.value, ScalarNode) and earlier.value.is_null else earlier
    return replace(later, value=_union(name, earlier.value, later.value, found))


def _union(section: str, earlier: MappingNode, later: MappingNode, found: list[Diagnostic]) -> MappingNode:
    is_variable = section == "variables"
    code: Code = "duplicate-variable" if is_variable else "duplicate-resource"
    what = "variable" if is_variable else section[:-1]
    entries = dict(earlier.entries)
    for name, entry in later.entries.items():
        first = entries.setdefault(name, entry)
        if first is not entry and not name.startswith("x-"):
            found.append(duplicate(code, f'{what} "{name}" is declared in two files', first, entry))
    return replace(later, entries=entries)


def _compare_versions(earlier: Entry, later: Entry, found: list[Diagnostic]) -> None:
    first, second = earlier.value, later.value
    if isinstance(first, ScalarNode) and isinstance(second, ScalarNode) and first.text != second.text:
        related = (Related(f'version "{first.text}" here', first.span),)
        message = f'version "{second.text}" differs from an included file\'s'
        found.append(Diagnostic("include-version", message, second.span, related=related))
