"""What a code means, as a value."""

from __future__ import annotations

from typing import Final

from runner.core.codes import Code
from runner.core.struct import Struct

FOUND: Final = {
    "file": "In files, without an engine",
    "plan": "While a plan is made",
    "run": "During a run",
    "engine": "From the engine and registries",
    "command": "From the command line, and from runner's own files",
}
"""Where a code is met, with a title for each."""


class Explanation(Struct):
    """The page of a code; its texts are Markdown, examples in fenced blocks."""

    code: Code
    summary: str
    severity: str
    """error, warning, or either."""
    found: str
    """A key of FOUND."""
    meaning: str
    fix: str
    wrong: str
    right: str
