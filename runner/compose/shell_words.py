"""Splitting of a command line into arguments, by the rules of Compose: those of a shell without variables.

Apart from `shlex`, by which runner's own language splits: Compose ends a command line at `;`, `|` and the like.
"""

from __future__ import annotations

from runner.core.values import is_decimal

_BLANKS = frozenset(" \t\r\n")
_ENDS = frozenset(";&|<>")


def split(line: str) -> list[str]:
    """Split a command line; ValueError where a quote or bracket isn't closed.

    What comes behind ; & | < or > is left out, as Compose does.

    >>> split('a "b c" d\\\\ e'), split("a 'b\\"c' ''"), split("a; b"), split("a $(b c) `d e`")
    (['a', 'b c', 'd e'], ['a', 'b"c', ''], ['a'], ['a', '$(b c)', '`d e`'])
    """
    words = _Words()
    for char in line:
        if not words.take(char):
            break
    return words.finished()


class _Words:
    """The words so far, and whether a quote, a backtick or a bracket is open."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._word = ""
        self._got = False
        self._escaped = False
        self._quote = ""
        self._tick = False
        self._bracket = False

    def take(self, char: str) -> bool:
        """Take a character; return False where the command ends."""
        is_open = bool(self._quote) or self._tick or self._bracket
        if self._escaped:
            self._escaped = False
            self._add(char)
        elif char == "\\" and self._quote != "'":
            self._escaped = True
        elif char in _BLANKS and not is_open:
            self._end_word()
        elif char in "\"'" and self._quote in {"", char} and not self._bracket:
            self._quote, self._got = ("" if self._quote else char), self._got or bool(self._quote)
        elif char in _ENDS and not is_open:
            if char == ">" and is_decimal(self._word[:1]):
                self._got = False
            return False
        else:
            self._pair(char)
            self._add(char, counts=char not in _BLANKS)
        return True

    def finished(self) -> list[str]:
        self._end_word()
        if self._escaped or self._quote or self._tick or self._bracket:
            raise ValueError("a command line in which every quote is closed")
        return self._words

    def _pair(self, char: str) -> None:
        """Open or close what goes in pairs."""
        if char == "(" and not self._quote and not self._tick and (self._bracket or not self._word.endswith("$")):
            raise ValueError("a command line without brackets but $( and )")
        self._bracket ^= char in "()" and not self._quote and not self._tick
        self._tick ^= char == "`" and not self._quote and not self._bracket

    def _add(self, char: str, *, counts: bool = True) -> None:
        self._word += char
        self._got = self._got or counts

    def _end_word(self) -> None:
        if self._got:
            self._words.append(self._word)
            self._word, self._got = "", False
