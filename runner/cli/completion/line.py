"""What an unfinished command line may go on with, by the table of commands alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from runner.app.defaults import DEFAULT_FILE
from runner.cli.syntax.options import BEFORE_COMMAND
from runner.cli.syntax.rows import Argument, Choice, Flag, Option, Parsed, Row, Text, Valued
from runner.cli.syntax.table import COMMANDS

FILES: Final = "files"
_HELP: Final = {"--help": "Show this message and exit."}
_VERSION: Final = {"--version": "Show the version and exit."}


class Wanted(Row):
    """What may come next: words with what they mean, and words of a named source, each after a beginning."""

    words: Mapping[str, str] = {}
    source: str = ""
    """A name in `words.SOURCES`, or `files`."""
    before: str = ""
    """What the last word has before the value: `--target=`."""
    file: str = DEFAULT_FILE
    """The workflow file, or its name, as far as it is known from the rest of the line."""
    given: tuple[str, ...] = ()
    """Values that the same option or argument already has."""
    begun: str = ""
    """What is written of the value."""


def wanted(line: Sequence[str]) -> Wanted:
    """Return what may come in place of the last word of a line, which may be empty."""
    *words, last = line
    start = _Line(BEFORE_COMMAND, ())
    for number, word in enumerate(words):
        if start.takes(word):
            continue
        if word not in COMMANDS:
            return Wanted()
        command = COMMANDS[word]
        rest = _Line(command.options, command.arguments)
        for later in words[number + 1 :]:
            rest.takes(later)
        return rest.next(last, _HELP)
    summaries = {name: command.summary for name, command in COMMANDS.items()}
    return start.next(last, {**_HELP, **_VERSION}) if start.is_inside(last) else Wanted(summaries)


class _Line:
    """The words of a line so far, each given to an option or an argument."""

    def __init__(self, options: Sequence[Option], arguments: Sequence[Argument]) -> None:
        self._rows = {spelling: row for row in options for spelling in row.spellings}
        self._arguments = arguments
        self._texts: dict[str, list[str]] = {}
        self._positional: list[str] = []
        self._pending: Option | None = None
        self._ended = False

    def takes(self, word: str) -> bool:
        """Take the next word; return whether it is an option, or the value of one."""
        pending, self._pending = self._pending, None
        if pending and not (word.startswith("-") and pending.without_value):
            self._texts[pending.name].append(word)
            return True
        if self._ended or not word.startswith("-") or word == "-":
            self._positional.append(word)
            return False
        self._ended = word == "--"
        spelling, equals, value = word.partition("=")
        row = self._rows.get(spelling)
        if row:
            texts = self._texts.setdefault(row.name, [])
            if equals:
                texts.append(value)
            elif not isinstance(row.kind, Flag):
                self._pending = row
        return True

    def is_inside(self, last: str) -> bool:
        """Tell whether the last word is an option, or the value of one."""
        return self._pending is not None or last.startswith("-")

    def next(self, last: str, others: Mapping[str, str]) -> Wanted:
        """Return what may come in place of the last word; `others` are options that the table doesn't have."""
        if self._pending and not last.startswith("-"):
            return self._values(self._pending, "", last)
        if self._ended or not last.startswith("-"):
            argument = self._next_argument()
            return self._values(argument, "", last) if argument else Wanted()
        spelling, equals, begun = last.partition("=")
        if equals:
            row = self._rows.get(spelling)
            return self._values(row, f"{spelling}=", begun) if row else Wanted()
        return Wanted({**dict(self._spellings()), **others})

    def _spellings(self) -> Iterator[tuple[str, str]]:
        """Yield the options that may still be given, by their long spellings."""
        for row in dict.fromkeys(self._rows.values()):
            if row.is_repeatable or row.name not in self._texts:
                yield row.long_spelling, row.help

    def _next_argument(self) -> Argument | None:
        left = len(self._positional)
        as_options = {row.stands_for for row in self._rows.values() if row.name in self._texts}
        for row in self._arguments:
            if row.takes_rest or (left == 0 and row.name not in as_options):
                return row
            left -= 1
        return None

    def _values(self, row: Option | Argument, before: str, begun: str) -> Wanted:
        given = tuple(self._texts.get(row.name, ())) or tuple(self._positional)
        kind = row.kind
        if isinstance(kind, Flag):
            return Wanted()
        return Wanted(_words(kind), _source(kind), before, self._file(), given, begun)

    def _file(self) -> str:
        """Return the workflow file that is given, as an option or an argument."""
        for name in ("file", "file_option"):
            if texts := self._texts.get(name):
                return texts[-1]
        names = [row.name for row in self._arguments]
        number = names.index("file") if "file" in names else len(self._positional)
        return self._positional[number] if number < len(self._positional) else DEFAULT_FILE


def _words(kind: Valued) -> dict[str, str]:
    return dict.fromkeys(kind.words, "") if isinstance(kind, Choice) else {}


def _source(kind: Valued) -> str:
    match kind:
        case Text(suggests=suggests):
            return suggests
        case Parsed(name=name):
            return name
        case _:
            return ""
