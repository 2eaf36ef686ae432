"""Reading of one YAML file as a mapping of nodes, or the errors in it; independent of the keys."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from pathlib import Path

from runner.core.diagnostic import Diagnostic
from runner.document.node_composer import compose
from runner.document.nodes import MappingNode, ScalarNode, SequenceNode
from runner.document.source import ReadError, Source, read


def read_mapping(
    file: str,
    found: list[Diagnostic],
    read_file: Callable[[Path, int], bytes],
    texts: MutableMapping[str, str] | None = None,
) -> MappingNode | None:
    """Return a file's root, or None after its errors were added to `found`.

    The text is added to `texts`, from which excerpts may be shown; None keeps it secret. Only a file that can't be read
    yields a diagnostic without a span.
    """
    try:
        source = read(file, read_file)
        if texts is not None:
            texts[file] = source.text
        root = compose(source, found)
    except ReadError as error:
        found.append(error.diagnostic)
        return None
    if isinstance(root, MappingNode):
        return root
    found.append(_no_mapping(source, root))
    return None


def _no_mapping(source: Source, root: ScalarNode | SequenceNode | None) -> Diagnostic:
    if root is None or (isinstance(root, ScalarNode) and root.is_null):
        return Diagnostic("empty-file", "the file is empty", source.span(0, 0))
    kind = "a single value" if isinstance(root, ScalarNode) else "a list"
    return Diagnostic("not-a-mapping", f"expected a mapping at the top, got {kind}", root.span)
