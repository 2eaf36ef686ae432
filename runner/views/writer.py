"""Writing lines to a stream: with colours on a terminal that supports them, else as plain text.

rich is imported only for colours; plain text is written without that cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TextIO

from runner.core.sanitize import on_one_line
from runner.views.door import unguarded
from runner.views.lines import Line, text_of

LINK: Final = "link"
"""The role of a URL."""
STYLES: Final[Mapping[str, str]] = {
    "error": "bold red",
    "warning": "yellow",
    "help": "cyan",
    "path": "bold",
    LINK: "underline",
    "code": "dim",
    "gutter": "blue",
    "caret": "bold red",
    "note": "cyan",
    "good": "green",
    "busy": "bright_blue",
    "quiet": "dim",
    "name": "bold",
    "title": "bold",
    "create": "green",
    "update": "yellow",
    "replace": "magenta",
    "delete": "red",
    "voice 1": "cyan",
    "voice 2": "yellow",
    "voice 3": "green",
    "voice 4": "magenta",
    "voice 5": "blue",
    "voice 6": "bright_cyan",
    "voice 7": "bright_yellow",
    "voice 8": "bright_green",
    "voice 9": "bright_magenta",
    "voice 10": "bright_blue",
}
PREFIX_COLORS: Final = tuple(role for role in STYLES if role.startswith("voice "))
"""Roles that distinguish any number of sources."""
_ASCII: Final = str.maketrans("…±✔✘↷⏹↺·◔│⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", "~*+x-!<.o||/-\\|/-\\|/") | {ord("→"): "->"}


def wants_colour(stream: TextIO, environment: Mapping[str, str], refused: bool = False) -> bool:
    """Return whether to use colours: on a terminal, unless `refused` on the command line or by NO_COLOR."""
    return stream.isatty() and not (refused or environment.get("NO_COLOR") or environment.get("TERM") == "dumb")


def knows_unicode(stream: TextIO) -> bool:
    """Return whether the stream's encoding has the symbols that views use."""
    try:
        "→…✔".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class LineWriter:
    """Writes lines to one stream; with `links`, URLs are hyperlinks."""

    def __init__(self, stream: TextIO, *, colour: bool = False, links: bool = False) -> None:
        self._stream = unguarded(stream)
        self._colour = colour
        self._links = links
        self._unicode = knows_unicode(stream)

    def write(self, lines: Iterable[Line]) -> None:
        """Write sanitized lines, with ASCII replacements for what the stream's encoding lacks, and flush."""
        for line in lines:
            self._stream.write(self.render(line) + "\n")
        self._stream.flush()

    def render(self, line: Line) -> str:
        """Return a sanitized line as it is written, with its colours and without its end."""
        return self._rendered(self.to_ascii(line))

    def to_ascii(self, line: Line) -> Line:
        """Return the line as the stream can encode it, without anything that a terminal would interpret."""
        line = tuple((role, on_one_line(text)) for role, text in line)
        if self._unicode:
            return line
        encoding = self._stream.encoding
        return tuple((role, text.translate(_ASCII).encode(encoding, "replace").decode(encoding)) for role, text in line)

    def _rendered(self, line: Line) -> str:
        if not self._colour:
            return text_of(line).rstrip()
        from rich.color import ColorSystem
        from rich.style import Style

        def styled(role: str, text: str) -> str:
            style = Style.parse(STYLES.get(role, ""))
            if role == LINK and self._links and text.isascii():
                style += Style(link=text)
            return style.render(text, color_system=ColorSystem.STANDARD)

        return "".join(styled(role, text) for role, text in line)
