"""Reading of the docker client's files: with a size limit, and by the shapes that the client writes."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from runner.core.decode import decode
from runner.core.errors import UnusableFile
from runner.core.phrase import reason_of
from runner.core.strict_json import Malformed
from runner.document.root import ANYWHERE

T = TypeVar("T")

_MOST = 16 * 1024 * 1024


def read_client_file(path: Path, shape: type[T]) -> T:
    """Return a file's decoded content; FileNotFoundError where there is none, UnusableFile where it is invalid."""
    try:
        with ANYWHERE.open(path) as stream:
            return decode(shape, stream.read(_MOST + 1), most=_MOST)
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(str(path)) from None
    except OSError as error:
        raise UnusableFile(path, f"can't be read: {reason_of(error)}", code="broken-client-file") from error
    except Malformed as error:
        raise UnusableFile(
            path, f"can't be read: {error}", help="fix it, or move it away", code="broken-client-file"
        ) from error
