"""The loading of a workflow file into a Document, stage by stage, with all errors reported at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence, Set
from pathlib import Path as FilePath
from typing import Any

from runner.core.diagnostic import Diagnostic, did_you_mean, in_order
from runner.document.core_schema import Plain
from runner.document.document import Document, Path, without_extensions
from runner.document.excerpts import without_content
from runner.document.files import Files
from runner.document.include import MergedFiles, Unread, load_includes
from runner.document.interpolate import Interpolator
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from runner.document.variable_declarations import Declaration, read_declarations
from runner.document.variable_sources import VariableSources, load_variable_sources
from runner.document.variables import Variables, resolve, too_short

STEERING = frozenset({"include", "variables"})
"""Keys that only control parsing, and are dropped after it."""


def load(
    file: str | FilePath,
    *,
    overrides: Mapping[str, str],
    var_files: Sequence[FilePath],
    files: Files,
    texts: MutableMapping[str, str] | None = None,
    is_named: bool = True,
) -> tuple[Document | None, list[Diagnostic]]:
    """Load a workflow with its includes, and interpolate its variables.

    The document is None when the file itself can't be read; without one of its includes it is incomplete, and other
    erroneous values are marked invalid in it.

    `overrides` are those of --var. `texts` receives, by name, the text of each file that may be quoted in excerpts,
    even when no document results: none when the user has not named the file. `files` reads the workflow and its
    includes, and has the environment.
    """
    texts = {} if texts is None else texts
    found: list[Diagnostic] = []
    private = [*var_files, FilePath(file).parent / ".env"]
    gathered = load_includes(str(file), texts, found, files, private, is_named=is_named)
    if gathered.root is None:
        return None, _tidy(found, gathered.unquoted)
    given = load_variable_sources(FilePath(file).parent, overrides, var_files, files, found)
    document = _interpolated(gathered.root, gathered, given, overrides, texts, found)
    return document, _tidy(found, gathered.unquoted)


def _interpolated(
    root: MappingNode,
    gathered: MergedFiles,
    given: VariableSources,
    overrides: Mapping[str, str],
    texts: MutableMapping[str, str],
    found: list[Diagnostic],
) -> Document:
    """Resolve the variables of merged files, and interpolate them."""
    section = root.entries.get("variables")
    declarations = read_declarations(section.value if section else None, found)
    variables = resolve(declarations, given, found)
    interpolator = Interpolator(variables, found, _elsewhere(section, gathered.unread))
    builder = _Builder(interpolator)
    data = builder.build(root)
    known = interpolator.used | variables.declared.keys()
    if not gathered.unread.texts:
        found += _unused(overrides, known)
    found += given.warnings(known)
    found += too_short(declarations, variables)
    return Document(
        data,
        root,
        interpolator.filled,
        frozenset(builder.invalid),
        frozenset(interpolator.secrets),
        frozenset(builder.sensitive),
        _secret_files(declarations, variables),
        texts,
        {name: variables.find(name) for name in known},
        frozenset(declarations),
        gathered.unread,
        gathered.unquoted,
    )


def _elsewhere(section: Entry | None, unread: Unread) -> Callable[[str], bool]:
    """Return a predicate: whether a variable may be declared where it couldn't be read; then its uses are no errors."""
    value = section.value if section else None
    readable = value is None or isinstance(value, MappingNode) or (isinstance(value, ScalarNode) and value.is_null)
    return unread.may_declare if readable else lambda _name: True


class _Builder:
    """Builder of plain data from nodes; it collects the paths that are invalid, and those with sensitive variables."""

    def __init__(self, interpolator: Interpolator) -> None:
        self.invalid: set[Path] = set()
        self.sensitive: set[Path] = set()
        self._interpolator = interpolator

    def build(self, root: MappingNode) -> dict[str, Any]:
        return {
            name: self._data(entry.value, (name,)) for name, entry in without_extensions(root) if name not in STEERING
        }

    def _data(self, node: Node, path: Path) -> Any:
        match node:
            case ScalarNode():
                return self._scalar(node, path)
            case MappingNode():
                return {name: self._inner(entry.value, path, name) for name, entry in without_extensions(node)}
            case SequenceNode():
                return [self._inner(item, path, index) for index, item in enumerate(node.items)]

    def _inner(self, node: Node, path: Path, step: str | int) -> Any:
        """Return the data at a step from a path; that of most scalars needs no path."""
        if isinstance(node, ScalarNode) and not node.invalid and "$" not in node.text:
            return node.value
        return self._data(node, (*path, step))

    def _scalar(self, node: ScalarNode, path: Path) -> Plain:
        filled = self._interpolator.interpolate(node)
        if node.invalid or (filled is not None and filled.invalid):
            self.invalid.add(path)
        if filled is not None and filled.masked is not None:
            self.sensitive.add(path)
        return node.value if filled is None else filled.value


def _secret_files(declarations: Mapping[str, Declaration], variables: Variables) -> frozenset[str]:
    """Return the files that contain a sensitive variable's value as its default."""
    return frozenset(
        declaration.key.source.file
        for name, declaration in declarations.items()
        if declaration.sensitive and declaration.default and declaration.default == variables.find(name).value
    )


def _unused(overrides: Mapping[str, str], known: Iterable[str]) -> list[Diagnostic]:
    """Report each --var whose name the workflow neither declares nor uses."""
    known = frozenset(known)
    return [
        Diagnostic("unused-override", f'--var "{name}" is not declared here', help=did_you_mean(name, known))
        for name in overrides
        if name not in known
    ]


def _tidy(found: list[Diagnostic], unquoted: Set[str]) -> list[Diagnostic]:
    """Sort diagnostics by file and position, each once, however many aliases lead to it."""
    return in_order(dict.fromkeys(without_content(found, unquoted)))
