"""What of a text a terminal would obey or not show: escape sequences, control and format characters."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

NOT_SHOWN: Final = "\N{REPLACEMENT CHARACTER}"
"""What stands in place of a character that is not let through."""

_UNSEEN: Final = (
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Controls, halves of characters, and what only steers how others are shown: zero-width, from right to left, tags."""
_BLANK: Final = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufffd"
"""What belongs to some scripts and pictures and shows nothing by itself, and what stands for a broken byte."""
_SEQUENCE: Final = r"\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b\[[0-?]*[ -/]*[@-~]?"
_SHORT_SEQUENCE: Final = r"\x1b[ -/]*[0-~]?"
_SEQUENCE_OF_C1: Final = r"[\x90\x98\x9d-\x9f][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x9b[0-?]*[ -/]*[@-~]?"

# Each takes half a millisecond to compile, and few commands meet anything that they are for.
_compiled: Final = cache(re.compile)


def sanitized(text: str) -> str:
    r"""Return a text of one or more lines with a mark for every character that commands a terminal or deceives.

    >>> sanitized("a\x1b[2Jb\n"), sanitized("a\N{RIGHT-TO-LEFT OVERRIDE}b")
    ('a�[2Jb\n', 'a�b')
    """
    if all(line.isprintable() for line in text.split("\n")):
        return text
    return _compiled(rf"(?![\n\t])[{_UNSEEN}]").sub(NOT_SHOWN, text)


def on_one_line(text: str) -> str:
    r"""Return a text as `sanitized` does, without the ends of lines in it.

    >>> on_one_line("no such file\nerror: \ta")
    'no such file error:     a'
    """
    if text.isprintable():
        return text
    return _compiled(f"[{_UNSEEN}]").sub(NOT_SHOWN, text.replace("\r\n", " ").replace("\n", " ").replace("\t", "    "))


def without_escapes(line: str) -> str:
    r"""Return a line that a program wrote for a terminal without what was meant for that alone.

    >>> without_escapes("\x1b[32mdone\x1b[0m\x07")
    'done'
    """
    return _compiled(rf"{_SEQUENCE}|{_SHORT_SEQUENCE}|[{_UNSEEN}]").sub("", line)


def noise(text: str) -> tuple[re.Pattern[str], ...]:
    """Return what is to be skipped in a text to read it as it looks, in all ways that it may be understood.

    `ESC S` may be a sequence, or an escape that is let go before a letter.
    """
    if text.isascii() and text.isprintable():
        return ()
    patterns = _noise()
    return patterns if patterns[0].search(text) else ()


@cache
def _noise() -> tuple[re.Pattern[str], ...]:
    long, one = rf"{_SEQUENCE}|{_SEQUENCE_OF_C1}", f"[{_UNSEEN}{_BLANK}]"
    return tuple(map(re.compile, (rf"{long}|{_SHORT_SEQUENCE}|{one}", f"{long}|{one}", one)))
