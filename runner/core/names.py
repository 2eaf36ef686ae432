"""Names of workflows."""

from __future__ import annotations

from runner.core.lazy_pattern import lazy_pattern

_LONGEST = 63
_SEPARATORS = lazy_pattern(r"[^a-z0-9_-]+")


def as_workflow_name(text: str) -> str:
    """Convert any text, such as the name of a folder, to a valid workflow name.

    >>> as_workflow_name("My Shop"), as_workflow_name("--"), as_workflow_name("2048")
    ('my-shop', 'workflow', '2048')
    """
    name = _SEPARATORS.sub("-", text.lower()).strip("-_")
    return name[:_LONGEST] or "workflow"
