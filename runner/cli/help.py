"""The help, made of the table of commands, at most 80 columns wide. Knows no reader of the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from runner.cli.syntax.exits import MEANINGS
from runner.cli.syntax.options import COMPOSE, SHARED
from runner.cli.syntax.rows import Argument, Choice, Command, Flag, Option, Parsed, Whole
from runner.cli.syntax.table import COMMANDS, GROUPS

SPELLINGS: Final = ("-h", "--help")
_WIDEST: Final = 80
_NARROWEST: Final = 40
_WIDEST_TERM: Final = 26
_WIDEST_EXAMPLE: Final = 42
_HELP: Final = ("-h, --help", "Show this message and exit.")
_VERSION: Final = ("--version", "Show the version and exit.")
_ABOUT: Final = """Brings a Docker engine to the state that a YAML file declares: shows the plan, applies it, and rolls
back what fails."""
_START: Final = (
    ("runner init && runner apply", "a web page on a local port"),
    ("runner plan", "what it would do with your compose.yaml"),
)
_MORE: Final = """Run 'runner COMMAND --help' for its options, examples and exit codes, and 'runner completion --help'
for completion in your shell."""


def help_page(command: str | None = None) -> str:
    """Return the help of a command, or of all."""
    lines = _overview() if command is None else _page(command, COMMANDS[command])
    return "\n".join(lines)


def usage(command: str | None = None) -> str:
    """Return how a command is called.

    >>> usage("plan"), usage("inspect")
    ('runner plan [OPTIONS] [FILE]', 'runner inspect [OPTIONS] ADDRESS [FILE]')
    """
    if command is None:
        return "runner [OPTIONS] COMMAND [ARGS]..."
    return " ".join(["runner", command, "[OPTIONS]", *map(_place, COMMANDS[command].arguments)])


def option_names(row: Option) -> str:
    """Return the spellings of an option, with what stands for its value."""
    return ", ".join(sorted(row.spellings, key=len)) + (f" {value}" if (value := _value(row)) else "")


def option_text(row: Option) -> str:
    """Return what an option does, with its range and default."""
    notes = []
    if isinstance(row.kind, Whole) and row.kind.most is not None:
        notes.append(f"{row.kind.least} to {row.kind.most}")
    if row.shows_default:
        notes.append(f"default: {row.default}")
    if row.is_required:
        notes.append("required")
    return f"{row.help} [{'; '.join(notes)}]" if notes else row.help


def exit_codes(command: Command) -> str:
    """Return the exit codes of a command with what they mean."""
    own = ", ".join(f"{code.value} {MEANINGS[code]}" for code in command.exits)
    return f"{command.passes_on}; runner's own: {own}" if command.passes_on else own


def shared_of(command: Command) -> list[Option]:
    """Return the common options that a command takes."""
    return [row for row in command.options if row in SHARED]


def compose_of(command: Command) -> list[Option]:
    """Return the options for Compose files that a command takes."""
    return [row for row in command.options if row in COMPOSE]


def own_of(command: Command) -> list[Option]:
    """Return the options that are a command's own."""
    return [row for row in command.options if row not in SHARED and row not in COMPOSE]


def _overview() -> Iterator[str]:
    width = max(map(len, COMMANDS))
    yield f"Usage: {usage()}"
    yield from ("", *_wrapped(_ABOUT, "  "))
    yield from _section("Quick start", _START, _WIDEST_EXAMPLE)
    for title, commands in GROUPS.items():
        yield from _section(title, [(name.ljust(width), row.summary) for name, row in commands.items()])
    yield from _section("Common options", [*_terms(SHARED), _HELP, _VERSION])
    yield from _section("Compose options", _terms(COMPOSE))
    yield from ("", *_wrapped(_MORE))


def _page(name: str, command: Command) -> Iterator[str]:
    yield f"Usage: {usage(name)}"
    for paragraph in command.help.split("\n\n"):
        yield from ("", *_wrapped(paragraph, "  "))
    yield from _section("Examples", command.examples, _WIDEST_EXAMPLE)
    if own := own_of(command):
        yield from _section("Options", _terms(own))
    shared = [row.long_spelling for row in shared_of(command)]
    where = "; see runner --help" if shared else ""
    yield from ("", "Common options:", *_wrapped(", ".join([*shared, "--help"]) + where, "  "))
    if compose := [row.long_spelling for row in compose_of(command)]:
        yield from ("", "Compose options:", *_wrapped(f"{', '.join(compose)}; see runner --help", "  "))
    yield from ("", "Exit codes:", *_wrapped(exit_codes(command), "  "))


def _section(title: str, terms: Iterable[tuple[str, str]], widest: int = _WIDEST_TERM) -> Iterator[str]:
    """Yield a heading, and terms with their texts in two columns; a term wider than `widest` has a line of its own."""
    listed = list(terms)
    widest = min(widest, _width() // 2)
    indent = 4 + max((len(term) for term, _ in listed if len(term) <= widest), default=0)
    yield from ("", f"{title}:")
    for term, text in listed:
        first, *rest = _wrapped(text, " " * indent)
        if len(term) + 4 > indent:
            yield from (f"  {term}", first, *rest)
        else:
            yield from (f"  {term}".ljust(indent) + first[indent:], *rest)


def _terms(rows: Iterable[Option]) -> list[tuple[str, str]]:
    return [(option_names(row), option_text(row)) for row in rows]


def _value(row: Option) -> str:
    if row.metavar is not None:
        return row.metavar
    match row.kind:
        case Flag():
            return ""
        case Choice(words=words):
            return f"[{'|'.join(words)}]"
        case Parsed(name=name):
            return name.upper()
        case Whole():
            return "N"
        case _:
            return "TEXT"


def _place(row: Argument) -> str:
    if row.metavar is not None:
        return row.metavar
    name = "|".join(row.kind.words) if isinstance(row.kind, Choice) else row.name.upper()
    is_needed = row.default is None and not row.is_optional
    return name if is_needed else f"[{name}]"


def _wrapped(text: str, indent: str = "") -> Sequence[str]:
    """Return a text in lines that fit, all of them indented."""
    lines, width = [indent], _width()
    for word in text.split():
        if len(lines[-1]) + len(word) >= width and lines[-1] != indent:
            lines.append(indent)
        lines[-1] += (" " if lines[-1] != indent else "") + word
    return lines


def _width() -> int:
    """Return the columns of the terminal, within limits; as many as there may be without one."""
    with suppress(OSError, ValueError):
        return min(_WIDEST, max(_NARROWEST, os.get_terminal_size(sys.stdout.fileno()).columns))
    return _WIDEST
