"""PyYAML, imported here alone: its expressions are for what isn't used, and aren't compiled."""

from __future__ import annotations

from typing import Any

from runner.core.lazy_pattern import lazy_patterns

with lazy_patterns():
    import yaml

__all__ = ["native_parser", "yaml"]


def native_parser(text: str) -> Any:
    """Return libyaml's parser of a text, None where PyYAML was built without it."""
    if not yaml.__with_libyaml__:
        return None
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    return CParser(text)
