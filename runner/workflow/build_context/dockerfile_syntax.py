"""A Dockerfile as a sequence of instructions: handles directives, comments, continuation lines and heredocs.

Knows no meaning of instructions, and never rejects anything: that is the builder's task.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import Struct

_DIRECTIVE = lazy_pattern(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$")
_WORD = lazy_pattern(r"""(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|['"\\])+""", re.DOTALL)
_HEREDOC = lazy_pattern(r"\d*<<(?P<chomp>-?)(?P<name>[^<]+)")
_TAKES_HEREDOCS = frozenset({"ADD", "COPY", "RUN"})


class Instruction(Struct):
    """One instruction; `line` is its first line, from 1, and `heredocs` are the markers as written, such as "<<EOF"."""

    line: int
    keyword: str
    """In upper case."""
    flags: tuple[tuple[str, str], ...]
    """Name and value, in order; a name may occur more than once."""
    words: tuple[str, ...]
    """The words after the flags, with quotes and variables unchanged."""
    heredocs: tuple[str, ...] = ()

    def values(self, flag: str) -> tuple[str, ...]:
        """Return the values of all flags with that name."""
        return tuple(value for name, value in self.flags if name == flag)

    def triggered(self) -> Instruction:
        """Return the instruction inside an ONBUILD, at its line; any other instruction returns itself."""
        if self.keyword != "ONBUILD" or not self.words:
            return self
        return _instruction(self.line, " ".join(self.words), self.heredocs).triggered()


def escape_character(text: str) -> str:
    """Return the escape character, which also continues lines: a backslash unless a directive sets another one."""
    for line in text.removeprefix("\ufeff").splitlines():
        directive = _DIRECTIVE.match(line.strip())
        if not directive:
            break
        if directive[1].lower() == "escape" and directive[2] in ("\\", "`"):
            return directive[2]
    return "\\"


def frontend(text: str) -> tuple[str, int]:
    """Return the image of a `# syntax=` line, and its offset in the text; an empty name and 0 without one.

    >>> frontend("# syntax=docker/dockerfile:1\\nFROM a")
    ('docker/dockerfile:1', 9)
    """
    offset = 0
    for line in text.removeprefix("\ufeff").splitlines(keepends=True):
        directive = _DIRECTIVE.match(line.rstrip("\r\n"))
        if not directive:
            break
        if directive[1].lower() == "syntax":
            return directive[2].split()[0], offset + directive.start(2) + text.startswith("\ufeff")
        offset += len(line)
    return "", 0


def read_instructions(text: str) -> tuple[Instruction, ...]:
    r"""Split a Dockerfile into its instructions.

    >>> [(i.line, i.keyword, i.words) for i in read_instructions("# base\nfrom alpine \\\n  # why\n  as x")]
    [(2, 'FROM', ('alpine', 'as', 'x'))]
    """
    escape = re.escape(escape_character(text))
    continued = re.compile(rf"(?:^|(?<!{escape})){escape}[ \t]*$")
    lines = iter(enumerate(text.removeprefix("\ufeff").split("\n"), start=1))
    return tuple(_read(lines, continued))


def _read(lines: Iterator[tuple[int, str]], continued: re.Pattern[str]) -> Iterator[Instruction]:
    pending = ""
    first = 0
    for number, line in lines:
        content = line.rstrip("\r")
        if not content.strip() or content.lstrip().startswith("#"):
            continue
        first = first or number
        pending += continued.sub("", content)
        if continued.search(content):
            continue
        yield _with_heredocs(first, pending, lines)
        pending, first = "", 0
    if pending.strip():
        yield _with_heredocs(first, pending, lines)


def _with_heredocs(line: int, source: str, lines: Iterator[tuple[int, str]]) -> Instruction:
    """Return an instruction and skip its heredocs."""
    instruction = _instruction(line, source)
    if instruction.triggered().keyword not in _TAKES_HEREDOCS:
        return instruction
    marks = [mark for word in _WORD.findall(source) if (mark := _HEREDOC.fullmatch(word))]
    for mark in marks:
        end = mark["name"].strip("'\"")
        for _, text in lines:
            if (text.lstrip("\t") if mark["chomp"] else text).rstrip("\r") == end:
                break
    return _instruction(line, source, tuple(mark[0] for mark in marks))


def _instruction(line: int, source: str, heredocs: tuple[str, ...] = ()) -> Instruction:
    keyword, *words = _WORD.findall(source)
    flags = []
    while words and words[0].startswith("--"):
        name, _, value = words.pop(0)[2:].partition("=")
        if not name:
            break
        flags.append((name.lower(), value))
    return Instruction(line, keyword.upper(), tuple(flags), tuple(words), heredocs)
