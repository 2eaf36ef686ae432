"""How property tests run: the same examples every time, and no deadline that a busy machine could miss."""

from __future__ import annotations

from hypothesis import settings

from tests.unit.examples import IS_QUICK, examples

settings.register_profile("runner", derandomize=True, deadline=None, max_examples=examples(100))
settings.load_profile("runner")

collect_ignore_glob = ["**/test_plan_growth.py", "**/test_growing_inputs.py"] if IS_QUICK else []
"""What measures how time grows takes most of it."""
