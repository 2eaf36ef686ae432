"""What a terminal would interpret or not display: escape sequences, control and format characters."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

NOT_SHOWN: Final = "\N{REPLACEMENT CHARACTER}"
"""Replaces a character that is filtered out."""

_UNSEEN: Final = (
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Controls, lone surrogates, and characters that only affect how others are displayed: zero-width, bidi, tags."""
_BLANK: Final = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufffd"
"""Characters of some scripts and emoji that are invisible by themselves, and the one that replaces a broken byte."""
_SEQUENCE: Final = r"\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b\[[0-?]*[ -/]*[@-~]?"
_SHORT_SEQUENCE: Final = r"\x1b[ -/]*[0-~]?"
_SEQUENCE_OF_C1: Final = r"[\x90\x98\x9d-\x9f][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x9b[0-?]*[ -/]*[@-~]?"

# Each takes half a millisecond to compile, and few commands ever need one.
_compiled: Final = cache(re.compile)


def sanitized(text: str) -> str:
    r"""Return a text of one or more lines with every character replaced that controls a terminal or misleads.

    >>> sanitized("a\x1b[2Jb\n"), sanitized("a\N{RIGHT-TO-LEFT OVERRIDE}b")
    ('a�[2Jb\n', 'a�b')
    """
    if all(line.isprintable() for line in text.split("\n")):
        return text
    return _compiled(rf"(?![\n\t])[{_UNSEEN}]").sub(NOT_SHOWN, text)


def on_one_line(text: str) -> str:
    r"""Return a text as `sanitized` does, on one line.

    >>> on_one_line("no such file\nerror: \ta")
    'no such file error:     a'
    """
    if text.isprintable():
        return text
    return _compiled(f"[{_UNSEEN}]").sub(NOT_SHOWN, text.replace("\r\n", " ").replace("\n", " ").replace("\t", "    "))


def without_escapes(line: str) -> str:
    r"""Strip a program's output line of everything that only a terminal interprets.

    >>> without_escapes("\x1b[32mdone\x1b[0m\x07")
    'done'
    """
    return _compiled(rf"{_SEQUENCE}|{_SHORT_SEQUENCE}|[{_UNSEEN}]").sub("", line)


def noise(text: str) -> tuple[re.Pattern[str], ...]:
    """Return patterns of what to skip in a text to match what is visible, one for each possible interpretation.

    `ESC S` may be a sequence, or a dropped escape before a letter.
    """
    if text.isascii() and text.isprintable():
        return ()
    patterns = _noise()
    return patterns if patterns[0].search(text) else ()


@cache
def _noise() -> tuple[re.Pattern[str], ...]:
    long, one = rf"{_SEQUENCE}|{_SEQUENCE_OF_C1}", f"[{_UNSEEN}{_BLANK}]"
    return tuple(map(re.compile, (rf"{long}|{_SHORT_SEQUENCE}|{one}", f"{long}|{one}", one)))
