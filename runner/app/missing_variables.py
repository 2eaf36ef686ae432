"""Variables that are sensitive, and therefore recorded nowhere, when they are missing later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from runner.core.errors import InvalidInput


@contextmanager
def explain_missing(names: Sequence[str], what: str) -> Iterator[None]:
    """Add a way out when a workflow can't be read for lack of a variable: `what` contains nothing sensitive."""
    try:
        yield
    except InvalidInput as invalid:
        if names and any(found.code == "missing-variable" for found in invalid.diagnostics):
            invalid.help = f"{what} contains no sensitive values: set {', '.join(names)} in the environment"
        raise
