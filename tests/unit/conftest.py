"""How property tests run: the same examples every time, and no deadline that a busy machine could miss."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("runner", derandomize=True, deadline=None)
settings.load_profile("runner")
