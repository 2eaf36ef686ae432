"""How property tests run: the same examples every time, and no deadline that a busy machine could miss."""

from __future__ import annotations

from hypothesis import settings

from tests.unit.examples import examples

settings.register_profile("runner", derandomize=True, deadline=None, max_examples=examples(100))
settings.load_profile("runner")
