"""Several files into one model: each with what it extends and includes, put on top of those before it."""

from __future__ import annotations

from runner.compose.callers_values import with_callers_values
from runner.compose.canonical import canonical, with_defaults
from runner.compose.check import check_parts
from runner.compose.context import Scope
from runner.compose.extends import Extender
from runner.compose.include import included
from runner.compose.merge import merge
from runner.compose.node_edit import mapping
from runner.compose.paths import resolve_paths
from runner.compose.reset import Document
from runner.compose.shape import check_shape
from runner.compose.unique import unique
from runner.core.diagnostic import Diagnostic
from runner.core.span import Position, Span
from runner.document.nodes import MappingNode, Node


def load_layers(
    scope: Scope, files: tuple[str, ...], trail: tuple[str, ...] = (), named: Node | None = None
) -> MappingNode | None:
    """Return the model of a project's files in the long forms, with absolute paths; None when there is nothing in them.

    `trail` has the files that lead here by including, and `named` is where these files are named.
    """
    model: MappingNode | None = None
    extender = Extender(scope)
    is_read = True
    for file in files:
        documents = scope.documents(file, named.span if named else None)
        is_read = is_read and documents is not None
        for document in documents or ():
            model = _on_top(model, file, document, scope, extender, (*trail, scope.path(file)))
    if model is None or not model.entries.keys() - {"version"}:
        if is_read and named is None and not scope.reading.is_incomplete:
            start = Position(1, 1)
            scope.found.append(Diagnostic("empty-file", "there is nothing in this file", Span(files[0], start, start)))
        return None
    model = with_defaults(model, scope.found)
    check_parts(model, scope.found)
    model = resolve_paths(model, scope.folder, scope.home)
    return with_callers_values(model, scope)


def _on_top(
    model: MappingNode | None,
    file: str,
    document: Document,
    scope: Scope,
    extender: Extender,
    trail: tuple[str, ...],
) -> MappingNode:
    """Return a model with one more document on top of it."""
    root = extender.extended(file, document)
    root = included(root, scope, trail, load_layers)
    base = mapping(root, {}) if model is None else document.applied(model)
    merged = unique(merge(base, root, scope.found))
    check_shape(merged, scope.found)
    return unique(canonical(merged, scope.found))
