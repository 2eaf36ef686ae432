"""What runner takes from PyYAML, imported here alone: its expressions are for what isn't used, and aren't compiled."""

from __future__ import annotations

from typing import Any

from runner.core.lazy_pattern import lazy_patterns

with lazy_patterns():
    import yaml
    from yaml import (
        AliasEvent,
        CollectionEndEvent,
        CollectionStartEvent,
        DocumentStartEvent,
        Event,
        MappingStartEvent,
        MarkedYAMLError,
        NodeEvent,
        ScalarEvent,
    )
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner, ScannerError

__all__ = ["AliasEvent", "CollectionEndEvent", "CollectionStartEvent", "DocumentStartEvent", "Event"]
__all__ += ["MappingStartEvent", "MarkedYAMLError", "NodeEvent", "Parser", "Reader", "ScalarEvent", "Scanner"]
__all__ += ["ScannerError", "native_parser"]


def native_parser(text: str) -> Any:
    """Return libyaml's parser of a text, None where PyYAML was built without it."""
    if not yaml.__with_libyaml__:
        return None
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    return CParser(text)
