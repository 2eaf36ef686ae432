"""Log output, line by line, each prefixed with its source; independent of where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from runner.core.address import Address
from runner.core.serialize import JSONObject
from runner.views.lines import Line
from runner.views.text_width import cells, pad, printable
from runner.views.writer import PREFIX_COLORS

_SECOND: Final = 1_000_000_000


class PrefixedLines:
    """Assigns each source a colour, and all of them a prefix as wide as the longest name."""

    def __init__(self, addresses: Iterable[Address] = ()) -> None:
        self._voices: dict[Address, str] = {}
        self._width = 0
        for address in addresses:
            self._voice(address)

    def line(self, address: Address, text: str, moment: int | None = None) -> Line:
        """Return a line with its prefix, and the time of its writing if given, in nanoseconds since 1970."""
        voice = self._voice(address)
        prefix = ((voice, pad(_short(address), self._width)), ("quiet", " | "))
        time: Line = () if moment is None else (("quiet", f"{_stamp(moment)} "),)
        return (*prefix, *time, ("", printable(text)))

    def _voice(self, address: Address) -> str:
        self._width = max(self._width, cells(_short(address)))
        return self._voices.setdefault(address, PREFIX_COLORS[len(self._voices) % len(PREFIX_COLORS)])


def _short(address: Address) -> str:
    """Return an address without its kind: keys of all kinds with logs are distinct.

    >>> _short(Address("service", "web", 2))
    'web[2]'
    """
    return str(address).partition(".")[2]


def written_json(address: Address, id: str, moment: int, text: str) -> JSONObject:
    """Return a line as JSON; `moment` is in nanoseconds since 1970."""
    return {"address": str(address), "id": id, "timestamp": _stamp(moment), "line": text}


def _stamp(moment: int) -> str:
    whole = datetime.fromtimestamp(moment // _SECOND, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{moment % _SECOND:09}Z"
