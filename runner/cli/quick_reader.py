"""The quick reader of the command line: the common spellings, read by the table alone, without click's import.

It doesn't know what it isn't sure of: errors, abbreviations, joined short options, options before
the command's name, empty texts, options given twice. Then click reads the line. What it does read, click reads the same
way (tests/unit/cli/test_quick_reader.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from runner.cli.syntax.rows import Argument, Command, Flag, Option, Reading
from runner.cli.syntax.table import COMMANDS


class _Unsure(Exception):
    """The line is click's to read."""


def read_quickly(arguments: Sequence[str]) -> Reading | None:
    """Read a command line; None if that is up to click."""
    if not arguments or arguments[0] not in COMMANDS or "" in arguments:
        return None
    name, *rest = arguments
    command = COMMANDS[name]
    try:
        texts, positional = _sorted(rest, command)
        options = {row.name: _value_of(row, texts) for row in command.options if not row.stands_for}
        others = {
            row.stands_for: _value_of(row, texts) for row in command.options if row.stands_for and row.name in texts
        }
        return Reading(name, {**options, **_arguments(command.arguments, positional, others)})
    except (_Unsure, ValueError):
        return None


def asks_for_help(arguments: Sequence[str]) -> bool:
    """Tell whether a line surely asks for help alone: of all commands, or of one."""
    return arguments[-1] in ("-h", "--help") and (
        len(arguments) == 1 or (len(arguments) == 2 and arguments[0] in COMMANDS)
    )


def _sorted(arguments: Iterable[str], command: Command) -> tuple[dict[str, list[str]], list[str]]:
    """Tell the options, with their values by name, from the positional arguments."""
    by_spelling = {spelling: row for row in command.options for spelling in row.spellings}
    texts: dict[str, list[str]] = {}
    positional: list[str] = []
    left = iter(arguments)
    for argument in left:
        if argument == "--":
            positional += left
        elif not argument.startswith("-"):
            positional += (argument, *left) if command.options_first else (argument,)
        else:
            spelling, equals, attached = argument.partition("=")
            row = by_spelling.get(spelling)
            if row is None or (row.name in texts and not row.is_repeatable):
                raise _Unsure
            text = _attached(row, spelling, attached) if equals else _following(row, left)
            texts.setdefault(row.name, []).append(text)
    return texts, positional


def _attached(row: Option, spelling: str, text: str) -> str:
    if isinstance(row.kind, Flag) or not (spelling.startswith("--") and text):
        raise _Unsure
    return text


def _following(row: Option, left: Iterator[str]) -> str:
    """Return the next argument as the value of an option; a flag has an empty one."""
    if isinstance(row.kind, Flag):
        return ""
    text = next(left, "-")
    if text.startswith("-"):
        raise _Unsure
    return text


def _value_of(row: Option, texts: Mapping[str, Sequence[str]]) -> Any:
    """Return the value of an option that may have been given; ValueError if it is not accepted."""
    given = texts.get(row.name, ())
    if isinstance(row.kind, Flag):
        return bool(given)
    if row.is_repeatable:
        return tuple(map(row.kind.read, given)) or row.default_texts
    if given:
        return row.kind.read(given[0])
    if row.is_required:
        raise _Unsure
    return row.default if row.means is None else row.means


def _arguments(rows: Sequence[Argument], texts: Sequence[str], as_options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the positional arguments; those left out have their defaults, or were given as options."""
    found: dict[str, Any] = {}
    left = list(texts)
    for row in rows:
        if row.takes_rest:
            found[row.name], left = tuple(map(row.kind.read, left)), []
        elif left:
            if row.name in as_options:
                raise _Unsure
            found[row.name] = row.kind.read(left.pop(0))
        elif row.name in as_options:
            found[row.name] = as_options[row.name]
        elif row.default is None and not row.is_optional:
            raise _Unsure
        else:
            found[row.name] = row.default
    if left:
        raise _Unsure
    return found
