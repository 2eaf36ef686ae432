"""A workflow file as runner understands it: includes merged, variables filled in, sensitive values masked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner.app.file_choice import refuse_compose_options
from runner.app.load import load
from runner.app.source import Source, workflow_path
from runner.core.diagnostic import Severity
from runner.core.errors import InvalidInput
from runner.core.redact import Redactor
from runner.document.core_schema import Plain, typed
from runner.document.document import Document, without_extensions
from runner.document.files import Files
from runner.document.loader import STEERING
from runner.document.loader import load as load_document
from runner.document.nodes import MappingNode, Node, ScalarNode, SequenceNode
from runner.document.yaml_writer import Item, List, Map, Scalar, Written, text_scalar

if TYPE_CHECKING:
    from runner.app.workspace import Workspace
    from runner.core.serialize import JSON


_HEAD: Final = ("version", "name")
"""The keys that come first, wherever an included file has them."""


def resolved_workflow(source: Source, workspace: Workspace) -> Map:
    """Return a workflow as it is read; InvalidInput with all findings if it is not valid."""
    refuse_compose_options(source)
    redactor = load(source, workspace.without_commands(), contents=False).redactor
    texts: dict[str, str] = {}
    document, found = load_document(
        str(workflow_path(source.file)),
        overrides=source.overrides,
        var_files=[Path(path) for path in source.variable_files],
        files=Files(workspace.access),
        texts=texts,
    )
    if document is None or any(one.severity is Severity.ERROR for one in found):
        raise InvalidInput(found, texts)
    entries = _Resolver(document, redactor).mapping(document.root, is_root=True).entries
    return Map(tuple(sorted(entries, key=lambda one: _HEAD.index(one[0]) if one[0] in _HEAD else len(_HEAD))))


def as_json(written: Written) -> JSON:
    """Return a written value as JSON; a number or boolean that is spelled in a way of its own is a text."""
    match written:
        case Scalar(value=value, text=text):
            return value if isinstance(value, str) or _spelling(value) == text else text
        case List(items=items):
            return [as_json(item.value) for item in items]
        case Map(entries=entries):
            return {key: as_json(item.value) for key, item in entries}


def _spelling(value: Plain) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


class _Resolver:
    """Makes values to write of nodes; dollars are doubled, so that what is written is a workflow again."""

    def __init__(self, document: Document, redactor: Redactor) -> None:
        self._document = document
        self._redactor = redactor

    def mapping(self, node: MappingNode, *, is_root: bool = False) -> Map:
        """Return a mapping without what only controls reading."""
        entries = ((name, one) for name, one in without_extensions(node) if not (is_root and name in STEERING))
        return Map(tuple((name, Item(self._written(one.value))) for name, one in entries))

    def _written(self, node: Node) -> Written:
        match node:
            case MappingNode():
                return self.mapping(node)
            case SequenceNode():
                return List(tuple(Item(self._written(item)) for item in node.items), short=True)
            case ScalarNode():
                return self._scalar(node)

    def _scalar(self, node: ScalarNode) -> Scalar:
        filled = self._document.filled.get(node)
        if filled is None:
            text = self._redactor.text(node.text)
            return Scalar(node.value, node.text) if text == node.text else text_scalar(text)
        text = self._redactor.text(filled.text if filled.masked is None else filled.masked).replace("$", "$$")
        is_text = isinstance(filled.value, str) or typed(text) != filled.value
        return text_scalar(text) if is_text else Scalar(filled.value, text)
