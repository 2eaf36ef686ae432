"""The grammar of `${NAME}` in a value: parses text into parts, with all its mistakes; independent of variables."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import Struct

_MAX_NESTING = 20
_NAME = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_]*")
_STOP = lazy_pattern(r"\$")
_STOP_IN_OPERAND = lazy_pattern(r"[$}]")
_OPERATOR = lazy_pattern(r":?[-?+]")


class Operator(Enum):
    """What a reference does when its variable isn't set."""

    DEFAULT = "-"
    REQUIRE = "?"
    ALTERNATIVE = "+"


class Reference(Struct):
    """One `${...}`; with `or_empty` (a colon) an empty variable counts as unset. Offsets are into the value."""

    name: str
    start: int
    end: int
    operator: Operator | None = None
    or_empty: bool = False
    operand: Template = ()
    operand_text: str = ""


Template: TypeAlias = tuple[str | Reference, ...]


class SyntaxMistake(Struct):
    """Text in a value that looks like interpolation and isn't."""

    message: str
    help: str
    start: int
    end: int


def parse(text: str) -> tuple[Template, list[SyntaxMistake]]:
    """Parse a value into text and references, with `$$` unescaped to one dollar.

    >>> parts, mistakes = parse("a$$b${C}")
    >>> parts[0], parts[1].name, mistakes
    ('a$b', 'C', [])
    """
    parser = _Parser(text)
    return parser.template(), parser.mistakes


def references(template: Template) -> Iterator[Reference]:
    """Yield all references, including those inside of operands."""
    for part in template:
        if isinstance(part, Reference):
            yield part
            yield from references(part.operand)


class _Parser:
    def __init__(self, text: str) -> None:
        self.mistakes: list[SyntaxMistake] = []
        self._text = text
        self._at = 0
        self._nesting = 0

    def template(self) -> Template:
        """Parse up to the end, or inside of a reference up to its closing brace."""
        parts: list[str | Reference] = []
        literal: list[str] = []
        while (piece := self._piece()) is not None:
            if isinstance(piece, str):
                literal.append(piece)
                continue
            if literal:
                parts.append("".join(literal))
                literal.clear()
            parts.append(piece)
        if literal:
            parts.append("".join(literal))
        return tuple(parts)

    def _piece(self) -> str | Reference | None:
        start = self._at
        if start == len(self._text) or (self._nesting and self._text[start] == "}"):
            return None
        if self._text.startswith("${", start):
            return self._reference()
        if self._text.startswith("$$", start):
            self._at += 2
            return "$"
        if self._text[start] == "$":
            self._at += 1
            self._note_bare_name(start)
            return "$"
        stop = (_STOP_IN_OPERAND if self._nesting else _STOP).search(self._text, start)
        self._at = stop.start() if stop else len(self._text)
        return self._text[start : self._at]

    def _note_bare_name(self, start: int) -> None:
        name = _NAME.match(self._text, self._at)
        if name is not None:
            message = f'"${name[0]}" is not a reference'
            help = f"write ${{{name[0]}}} for the variable, or $${name[0]} for the text itself"
            self.mistakes.append(SyntaxMistake(message, help, start, name.end()))

    def _reference(self) -> Reference | str:
        """Parse a reference; where it is malformed, record the mistake and return the rest as text."""
        start = self._at
        name = _NAME.match(self._text, start + 2)
        if name is None:
            self._at += len("${")
            return self._give_up("expected a variable's name", "such as ${NAME}; write $$ for a literal $", start)
        self._at = name.end()
        operator = _OPERATOR.match(self._text, self._at)
        operand: Template = ()
        operand_text = ""
        if operator is not None:
            if self._nesting == _MAX_NESTING:
                return self._give_up("nested too deep", f"at most {_MAX_NESTING} levels are read", start)
            operand_start = self._at = operator.end()
            operand = self._operand()
            operand_text = self._text[operand_start : self._at]
        if self._at == len(self._text):
            return self._give_up('"${" is not closed', "close it with }; write $$ for a literal $", start)
        if self._text[self._at] != "}":
            help = "expected }, :-default, :?message or :+alternative after the name"
            return self._give_up(f'unexpected "{self._text[self._at]}" after "{name[0]}"', help, start)
        self._at += 1
        if operator is None:
            return Reference(name[0], start, self._at)
        kind = Operator(operator[0][-1])
        return Reference(name[0], start, self._at, kind, len(operator[0]) == 2, operand, operand_text)

    def _operand(self) -> Template:
        self._nesting += 1
        operand = self.template()
        self._nesting -= 1
        return operand

    def _give_up(self, message: str, help: str, start: int) -> str:
        if not self.mistakes or self.mistakes[-1].start < start:
            self.mistakes.append(SyntaxMistake(message, help, start, min(len(self._text), self._at + 1)))
        self._at = len(self._text)
        return self._text[start:]
