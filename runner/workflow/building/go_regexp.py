r"""Go's dialect of regular expressions, as far as an ignore pattern can reach it, put into Python's.

The two differ where patterns are odd: POSIX classes, ASCII-only `\d` `\s` `\w`, unescaped brackets inside a class,
which escapes exist at all. What comes out never makes Python warn, and rows of stars don't make it backtrack for
ever, which Go's engine never does. This module knows nothing of paths and ignore files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_STAR = "[^/]*"
_FOLDERS = "(.*/)?"
_SLASH = r"\/"
_HEX = r"x[0-9A-Fa-f]{2}|x\{0*(?:10|[0-9A-Fa-f])?[0-9A-Fa-f]{1,4}\}"
_CHAR = rf"\\(?:{_HEX}|0[0-7]{{0,2}}|[1-7][0-7]{{1,2}}|[afnrtv]|[^0-9A-Za-z\x80-\U0010ffff])|[^\\]"
_COUNT = r"(?:0|[1-9][0-9]*)"
_ATOM = re.compile(
    rf"(?P<loose>{re.escape(_STAR)}|{re.escape(_FOLDERS)}|\.\*|\*)|(?P<anchor>[\^$]|\\[AzbB])"
    rf"|\{{(?P<least>{_COUNT})(?P<most>,{_COUNT}?)?\}}|\\Q(?P<quote>.*?)(?:\\E|\Z)"
    rf"|(?P<opening>\[\^?)|\\(?P<perl>[dDsSwW])|(?P<char>{_CHAR})",
    re.DOTALL,
)
_CLASS_ITEM = re.compile(
    rf"\[:(?P<not>\^?)(?P<posix>[^^]*?):\]|\\(?P<perl>[dDsSwW])"
    rf"|(?P<low>{_CHAR})(?:-(?!\])(?P<high>{_CHAR})|(?!-[^\]]))",
    re.DOTALL,
)
_ANCHOR = {"^": "^", "$": r"\Z", r"\A": r"\A", r"\z": r"\Z", r"\b": r"(?a:\b)", r"\B": r"(?a:\B)"}
_CONTROL = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_PERL = {
    "d": "0-9",
    "D": r"\x00-/:-\U0010ffff",
    "s": r"\t\n\f\r ",
    "S": r"\x00-\x08\x0b\x0e-\x1f!-\U0010ffff",
    "w": "0-9A-Za-z_",
    "W": r"\x00-/:-@\[-\^`{-\U0010ffff",
}
_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t-\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}


@dataclass(frozen=True, slots=True)
class _Atom:
    """The smallest piece of an expression, in Python's words."""

    text: str
    is_quantified: bool = False

    @property
    def is_steady(self) -> bool:
        """True if it takes one character and never mistakes a slash for something else."""
        return self.text == _SLASH or not (self.is_quantified or re.match(self.text, "/"))


def to_python(source: str) -> str:
    r"""Translate an expression of Go's for use with `search`; raise ValueError where Go would refuse it.

    Parentheses count only as BuildKit writes them. Refused as well, though Go has it, is `\p`: no file
    name asks for it.

    >>> bool(re.search(to_python("^[[:alpha:]]x$"), "éx"))
    False
    """
    branches: list[list[_Atom]] = [[]]
    at = 0
    while at < len(source):
        match = _ATOM.match(source, at)
        if not match:
            raise ValueError(f'"{source[at : at + 2]}" means nothing')
        at = match.end()
        if match["opening"]:
            items, at = _class_items(source, at)
            branches[-1].append(_Atom(f"{match['opening']}{items}]"))
        elif match["least"]:
            branches[-1].append(_repeated(branches[-1], match["least"], match["most"]))
        elif match["quote"] is not None:
            branches[-1] += [_Atom(_quoted(character)) for character in match["quote"]]
        elif match[0] == "|":
            branches.append([])
        else:
            branches[-1].append(_atom(match))
    return "|".join(map(_tamed, branches))


def _atom(match: re.Match[str]) -> _Atom:
    if match["loose"]:
        return _Atom(match["loose"], is_quantified=True)
    if match["anchor"]:
        return _Atom(_ANCHOR[match["anchor"]])
    return _Atom(f"[{_PERL[match['perl']]}]" if match["perl"] else _quoted(_character(match["char"])))


def _repeated(branch: list[_Atom], least: str, most: str | None) -> _Atom:
    """Take the last atom of `branch` and repeat it; `most` is "" or None or begins with the comma."""
    low = int(least)
    high = low if most is None else int(most[1:] or low)
    if not branch or branch[-1].is_quantified:
        raise ValueError("nothing to repeat")
    if not low <= high <= 1000:
        raise ValueError("an impossible number of repetitions")
    return _Atom(f"(?:{branch.pop().text}){{{least}{most or ''}}}", is_quantified=True)


def _class_items(source: str, start: int) -> tuple[str, int]:
    """Translate the inside of a class that begins at `start`; return it and where the rest of `source` begins."""
    items: list[str] = []
    at = start
    while not items or not source.startswith("]", at):
        match = _CLASS_ITEM.match(source, at)
        if not match:
            raise ValueError(f'"{source[at : at + 2]}" means nothing here' if source[at:] else 'a "[" without its "]"')
        items.append(_class_item(match))
        at = match.end()
    return "".join(items), at + 1


def _class_item(match: re.Match[str]) -> str:
    if match["perl"]:
        return _PERL[match["perl"]]
    if match["posix"] is not None:
        if match["posix"] not in _POSIX:
            raise ValueError(f'"{match[0]}" is no known class')
        return _all_but(_POSIX[match["posix"]]) if match["not"] else _POSIX[match["posix"]]
    low = _character(match["low"])
    if not match["high"]:
        return _quoted(low)
    high = _character(match["high"])
    if high < low:
        raise ValueError(f'"{low}-{high}" runs backwards')
    return f"{_quoted(low)}-{_quoted(high)}"


def _all_but(ascii_items: str) -> str:
    """Return the items of a class of all that a class of ASCII characters doesn't hold."""
    inside = re.compile(f"[{ascii_items}]")
    return "".join(_quoted(chr(code)) for code in range(128) if not inside.match(chr(code))) + "\x80-\U0010ffff"


def _character(text: str) -> str:
    """Return the one character that `text`, plain or escaped, stands for."""
    if len(text) == 1:
        return text
    code = text[1:]
    if code[0] == "x":
        return chr(int(code[1:].strip("{}"), 16))
    return chr(int(code, 8)) if code.isdigit() else _CONTROL.get(code, code)


def _quoted(character: str) -> str:
    """Escape for use inside and outside of a class, where Python warns of more characters than `re.escape` knows."""
    return f"\\{character}" if character.isascii() and not character.isalnum() else character


def _tamed(atoms: list[_Atom]) -> str:
    """Join atoms so that stars can't multiply: what stands between two stars settles for its first place.

    The second star reaches whatever the first one could have left over, so no match is lost.
    """
    pieces: list[list[_Atom]] = [[]]
    for atom in atoms:
        if atom.text == _STAR:
            pieces.append([])
        elif atom.text != _FOLDERS or pieces[-1][-1:] != [atom]:
            pieces[-1].append(atom)
    joined = ""
    for index, piece in enumerate(pieces):
        text = "".join(atom.text for atom in piece)
        if 0 < index < len(pieces) - 1 and all(atom.is_steady for atom in piece):
            joined += f"(?>[^/]*?{text})"
        else:
            joined += f"{_STAR if index else ''}{text}"
    return joined
