"""Splitting of a command line into arguments, by the rules of Compose: those of a shell without variables."""

from __future__ import annotations

_BLANKS = frozenset(" \t\r\n")
_ENDS = frozenset(";&|<>")


def split(line: str) -> list[str]:
    """Split a command line; ValueError where a quote isn't closed.

    What comes behind ; & | < or > is left out, as Compose does.

    >>> split('a "b c" d\\\\ e'), split("a 'b\\"c' ''"), split("a; b")
    (['a', 'b c', 'd e'], ['a', 'b"c', ''], ['a'])
    """
    words: list[str] = []
    dollar = False
    word, got, escaped, quote, tick = "", False, False, "", False
    for char in line:
        if escaped:
            word, got, escaped = word + char, True, False
        elif char == "\\":
            if quote == "'":
                word += char
            else:
                escaped = True
        elif char in _BLANKS:
            if quote or tick or dollar:
                word += char
            elif got:
                words.append(word)
                word, got = "", False
        elif char in "\"'" and quote in {"", char} and not dollar:
            quote, got = ("" if quote else char), got or bool(quote)
        elif char in _ENDS and not (quote or tick or dollar):
            if char == ">" and word[:1].isdigit():
                got = False
            break
        elif char == "(" and not quote and not tick and (dollar or not word.endswith("$")):
            raise ValueError("a command line without brackets but $( and )")
        else:
            tick ^= char == "`" and not quote and not dollar
            dollar ^= char in "()" and not quote and not tick
            word, got = word + char, True
    if got:
        words.append(word)
    if escaped or quote or tick or dollar:
        raise ValueError("a command line in which every quote is closed")
    return words
