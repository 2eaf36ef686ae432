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
    word, got, escaped, quote, tick = "", False, False, "", False
    for at, char in enumerate(line):
        if escaped:
            word, got, escaped = word + char, True, False
        elif char == "\\":
            if quote == "'":
                word += char
            else:
                escaped = True
        elif char in _BLANKS:
            if quote or tick:
                word += char
            elif got:
                words.append(word)
                word, got = "", False
        elif char in "\"'" and quote in {"", char} and not tick:
            quote, got = ("" if quote else char), True
        elif char in _ENDS and not quote and not tick:
            if char == ">" and at > 0 and word.isdigit():
                got = False
            break
        else:
            word, got = word + char, True
    if got:
        words.append(word)
    if escaped or quote or tick:
        raise ValueError("a command line in which every quote is closed")
    return words
