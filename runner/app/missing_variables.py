"""What nobody wrote down since it is sensitive, when it is missed later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from runner.cli.echo import echo_line
from runner.core.errors import InvalidInput


@contextmanager
def explain_missing(names: Sequence[str], what: str) -> Iterator[None]:
    """Say, where a workflow can't be read for the lack of a variable, that `what` holds nothing sensitive."""
    try:
        yield
    except InvalidInput as invalid:
        if names and any(found.code == "missing-variable" for found in invalid.diagnostics):
            echo_line(f"help: {what} holds nothing sensitive: set {', '.join(names)} in the environment", err=True)
        raise
