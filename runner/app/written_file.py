"""Files that a command writes for its user: completely or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from runner.core.errors import RunnerError
from runner.core.phrase import reason_of


@contextmanager
def written_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that is complete, or unchanged, at the end; RunnerError if it can't be written."""
    from runner.document.atomic_write import atomic_write, require_regular_file

    try:
        require_regular_file(path)
        with atomic_write(path) as stream:
            yield stream
    except OSError as error:
        raise RunnerError(f'cannot write "{path}": {reason_of(error)}', code="cannot-write") from error
