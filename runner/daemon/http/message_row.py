"""A row of the tables of engines' messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.core.errors import EngineError, Rejected
from runner.core.struct import Struct

if TYPE_CHECKING:
    from runner.core.codes import Code


class Row(Struct):
    """A pattern of engine messages and its translation: `keys` and `value` locate the cause in the workflow file."""

    pattern: str
    message: str
    help: str
    keys: tuple[str, ...]
    value: str = ""
    error: type[EngineError] = Rejected
    code: Code = "option-refused"
