"""Steps of a scenario, named as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(sentence: str) -> Iterator[None]:
    """Say beside a failure at which step of its scenario it happened."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"at the step: {sentence}")
        raise
