"""Missing sensitive variables, whose values are never recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from runner.core.errors import InvalidInput


@contextmanager
def explain_missing(names: Sequence[str], what: str) -> Iterator[None]:
    """Add help if a workflow can't be loaded for lack of a variable; `what` must contain nothing sensitive."""
    try:
        yield
    except InvalidInput as invalid:
        if names and any(found.code == "missing-variable" for found in invalid.diagnostics):
            invalid.help = f"{what} contains no sensitive values: set {', '.join(names)} in the environment"
        raise
