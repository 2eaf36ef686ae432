"""Translation of engines' messages by the tables of engine_messages and swarm_messages."""

from __future__ import annotations

import re
from typing import Final

from runner.core.errors import About, EngineError
from runner.core.lazy_pattern import lazy_pattern
from runner.daemon.http.engine_messages import ROWS
from runner.daemon.http.swarm_messages import SWARM_ROWS

_LIMITS: Final = ("cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks")
"""Names of Linux's resource limits, indexed by RLIMIT_* number."""
_TABLE: Final = tuple((lazy_pattern(row.pattern), row) for row in (*ROWS, *SWARM_ROWS))


def translate(message: str) -> EngineError | None:
    """Translate an engine's message, with the original as its detail; return None for one that is not in the table.

    >>> str(translate("... Bind for 127.0.0.1:80 failed: port is already allocated"))
    'host port 127.0.0.1:80 is already in use'
    """
    for pattern, row in _TABLE:
        found = pattern.search(message)
        if found is not None:
            words = _words(found)
            about = About(row.keys, row.value.format_map(words)) if row.keys else None
            return row.error(
                row.message.format_map(words), help=row.help, about=about, detail=message.strip(), code=row.code
            )
    return None


def _words(found: re.Match[str]) -> dict[str, str]:
    """Return the placeholders of a row's texts: the pattern's groups, where `other` is an alternative to the first."""
    words = {name: text for name, text in found.groupdict().items() if text is not None}
    if "other" in words:
        first = next(name for name in found.groupdict() if name != "other")
        words[first] = words["other"]
    if "at" in words:
        words["port"] = words["at"].rpartition(":")[2]
    if "parameter" in words:
        words["parameter"] = words["parameter"].replace("/", ".")
    if "limit" in words and int(words["limit"]) < len(_LIMITS):
        words["limit"] = _LIMITS[int(words["limit"])]
    return words
