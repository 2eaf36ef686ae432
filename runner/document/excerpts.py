"""Which files may be quoted: a workflow may name any file on the machine, and others than its user may see its errors.

For a file that may not be quoted, a diagnostic has only its code and position.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Set
from pathlib import Path

from runner.core.diagnostic import Diagnostic, Related
from runner.core.struct import replace
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode

_YAML = (".yaml", ".yml")
_NOT_QUOTED = "excerpt hidden: not one of the workflow's own files, or contains secrets"
_TELLS_NO_CONTENT = frozenset({"missing-variable"})


def is_own_file(file: str, main: str) -> bool:
    """Return whether a file was named by the user, or is a YAML file below that one's folder, with symlinks resolved.

    Hidden files and files in hidden folders are excluded: programs keep private data there.
    """
    folder = Path(main).parent
    within = _within(file, folder)
    if within is None or file == main:
        return within is not None
    return within.suffix in _YAML and not any(part.startswith(".") for part in within.parts)


def secret_files(root: MappingNode, folder: Path) -> Iterator[str]:
    """Yield the real paths of the files that a workflow uses as secrets or env files."""
    for section, entry in root.entries.items():
        for declared in _entries(entry.value):
            keys = ("file",) if section == "secrets" else ("env_file",)
            for key in keys:
                if key in declared.entries:
                    yield from (real_path(folder / text) for text in _texts(declared.entries[key].value))


def foreign_files(found: Iterable[Diagnostic], main: str, named: Iterable[str]) -> Iterator[str]:
    """Yield the files of diagnostics that lie outside of the workflow's folder, and weren't named by the user."""
    files = {one.span.file for one in found if one.span} - {*named}
    yield from (file for file in files if _within(file, Path(main).parent) is None)


def without_content(found: Iterable[Diagnostic], unquoted: Set[str]) -> list[Diagnostic]:
    """Remove from diagnostics everything that quotes the `unquoted` files."""
    return [_without_content(one, unquoted) for one in found] if unquoted else [*found]


def real_path(path: str | Path) -> str:
    """Return a path with symlinks resolved, as far as possible."""
    try:
        return os.path.realpath(path)
    except ValueError:
        return str(path)


def _within(file: str, folder: Path) -> Path | None:
    real, root = Path(real_path(file)), Path(real_path(folder))
    return real.relative_to(root) if real.is_relative_to(root) else None


def _without_content(found: Diagnostic, unquoted: Set[str]) -> Diagnostic:
    related = tuple(Related("here", one.span) if one.span.file in unquoted else one for one in found.related)
    if found.span is None or found.span.file not in unquoted or found.code in _TELLS_NO_CONTENT:
        return replace(found, related=related)
    return replace(found, message=found.code.replace("-", " "), help=_NOT_QUOTED, related=related)


def _entries(node: Node) -> Iterator[MappingNode]:
    if isinstance(node, MappingNode):
        yield from (entry.value for entry in node.entries.values() if isinstance(entry.value, MappingNode))


def _texts(node: Node) -> Iterator[str]:
    match node:
        case ScalarNode():
            yield node.text
        case SequenceNode():
            for item in node.items:
                yield from _texts(item)
        case MappingNode():
            for entry in node.entries.values():
                yield from _texts(entry.value)
