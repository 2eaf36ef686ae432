"""Reading of one Compose file: its documents, typed as Compose types them, or the errors in it."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from pathlib import Path

from runner.compose.reset import OVERRIDE, RESET, Document, resolve_tags
from runner.compose.yaml_scalars import binary, moment, typed
from runner.core.diagnostic import Diagnostic
from runner.document.node_composer import Dialect, compose_stream
from runner.document.nodes import MappingNode, ScalarNode, SequenceNode
from runner.document.source import ReadError, read

_DIALECT = Dialect(
    typed,
    frozenset({RESET, OVERRIDE}),
    {"binary": binary, "timestamp": moment},
    has_open_tags=True,
    is_stream=True,
)


def read_documents(
    file: str,
    found: list[Diagnostic],
    read_file: Callable[[Path, int], bytes],
    texts: MutableMapping[str, str],
) -> list[Document] | None:
    """Return a file's documents, which are merged as files are; none for an empty file.

    None after errors that leave nothing to read were added to `found`; only one of a file that can't be read has no
    span.
    """
    try:
        source = read(file, read_file)
        texts[file] = source.text
        composed = compose_stream(source, found, _DIALECT)
    except ReadError as error:
        found.append(error.diagnostic)
        return None
    documents = []
    for root in composed.roots:
        if isinstance(root, MappingNode):
            documents.append(resolve_tags(root, composed.tags))
        else:
            found.append(_no_mapping(root))
    return documents if len(documents) == len(composed.roots) else None


def _no_mapping(root: ScalarNode | SequenceNode) -> Diagnostic:
    if isinstance(root, ScalarNode) and root.is_null:
        return Diagnostic("empty-file", "the document is empty", root.span)
    kind = "a single value" if isinstance(root, ScalarNode) else "a list"
    return Diagnostic("not-a-mapping", f"expected a mapping at the top, got {kind}", root.span)
