"""Hooks in the comparison of a container that runner did not start."""

from __future__ import annotations

from runner.core.plan import FieldDiff
from runner.core.state import ObservedResource
from runner.kinds.container.options.hooks import POST_START


def without_past_hooks(live: ObservedResource, diff: tuple[FieldDiff, ...]) -> tuple[FieldDiff, ...]:
    """Leave out the post_start hooks of a container that is yet to be adopted: who started it saw to that."""
    return diff if live.owned else tuple(found for found in diff if not found.path.startswith(f"{POST_START}."))
