"""References to variables, from Compose's grammar to that of workflow files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runner.core.lazy_pattern import lazy_pattern
from runner.document.interpolation_syntax import parse, references

_DOLLAR = lazy_pattern(r"\$(?:(?P<dollar>\$)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<open>\{(?=[A-Za-z_])))?")


def has_references(text: str) -> bool:
    """Return whether a text of a Compose file refers to variables."""
    return any(found["name"] or found["open"] for found in _DOLLAR.finditer(text))


def as_template(text: str) -> str | None:
    """Return a text of a Compose file as workflow files have it; None if their grammar can't say it.

    >>> as_template("$TAG-${TAG:-1} $$x costs $5")
    '${TAG}-${TAG:-1} $$x costs $$5'
    """
    written = _DOLLAR.sub(_reference, text)
    _, mistakes = parse(written)
    return None if mistakes else written


def escaped(text: str) -> str:
    """Return a text that means itself."""
    return text.replace("$", "$$")


def undeclared(template: str) -> Iterator[str]:
    """Yield the variables that a template needs the declaration of: those without a default in place."""
    return (one.name for one in references(parse(template)[0]) if one.operator is None)


def mentioned(template: str) -> Iterator[str]:
    """Yield the variables that a template refers to."""
    return (one.name for one in references(parse(template)[0]))


def _reference(found: re.Match[str]) -> str:
    if found["dollar"] or found["open"]:
        return found[0]
    return f"${{{found['name']}}}" if found["name"] else "$$"
