"""Log output, line by line, each prefixed with its source; independent of where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from runner.core.serialize import JSONObject
from runner.resource.instance import Instance
from runner.views.lines import Line
from runner.views.text_width import cells, pad, printable
from runner.views.writer import PREFIX_COLORS

_SECOND: Final = 1_000_000_000


class PrefixedLines:
    """Assigns each source a colour, and all of them a prefix as wide as the longest name."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._voices: dict[str, str] = {}
        self._width = 0
        for name in names:
            self._voice(name)

    def line(self, name: str, text: str, moment: int | None = None) -> Line:
        """Return a line with its prefix, and the time of its writing if given, in nanoseconds since 1970."""
        voice = self._voice(name)
        prefix = ((voice, pad(name, self._width)), ("quiet", " | "))
        time: Line = () if moment is None else (("quiet", f"{_stamp(moment)} "),)
        return (*prefix, *time, ("", printable(text)))

    def _voice(self, name: str) -> str:
        self._width = max(self._width, cells(name))
        return self._voices.setdefault(name, PREFIX_COLORS[len(self._voices) % len(PREFIX_COLORS)])


def log_name(source: Instance) -> str:
    """Return an address without its kind, as keys of all kinds with logs are distinct; with the node, if any.

    >>> from runner.core.address import Address
    >>> log_name(Instance(Address("service", "web", 2), "0a1b", node="n1"))
    'web[2]@n1'
    """
    name = str(source.address).partition(".")[2]
    return f"{name}@{source.node}" if source.node else name


def written_json(source: Instance, moment: int, text: str) -> JSONObject:
    """Return a line as JSON; `moment` is in nanoseconds since 1970."""
    node: JSONObject = {"node": source.node} if source.node else {}
    return {"address": str(source.address), "id": source.id, **node, "timestamp": _stamp(moment), "line": text}


def _stamp(moment: int) -> str:
    whole = datetime.fromtimestamp(moment // _SECOND, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{moment % _SECOND:09}Z"
