"""What a row of the table of commands says. Nothing here knows who reads the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, dataclass_transform

from runner.core.exit_code import ExitCode


@dataclass_transform(frozen_default=True)
class Row:
    """A value with typed fields: made by --help, too, for which loading what makes better ones takes too long."""

    def __init__(self, *values: Any, **named: Any) -> None:
        vars(self).update(zip(type(self).__annotations__, values, strict=False), **named)


class Flag:
    """The kind of an option without a value: given or not."""


class Text(Row):
    """The kind of an option or argument whose value is any text."""

    suggests: str = ""
    """What a shell completes it with: a name in `completion/words.py`, or `files`; "" for nothing."""

    def read(self, text: str) -> str:
        """Return the text."""
        return text


class Choice(Row):
    """The kind of a value that is one of a few words."""

    words: tuple[str, ...]

    def read(self, text: str) -> str:
        """Return the word; ValueError for any other text."""
        if text not in self.words:
            raise ValueError(text)
        return text


class Whole(Row):
    """The kind of a value that is a whole number, at least `least` and at most `most`."""

    least: int
    most: int | None = None

    def read(self, text: str) -> int:
        """Return the number; ValueError if it is out of range, and for the spellings that only click needs to know."""
        from runner.core.values import is_decimal

        number = int(text) if is_decimal(text) else -1
        if number < self.least or (self.most is not None and number > self.most):
            raise ValueError(text)
        return number


class Parsed(Row):
    """The kind of a value with a syntax of its own; `parse` raises ValueError with the message to show."""

    name: str
    """Stands for the value in the help, unless there is a metavar."""
    parse: Callable[[Any], Any]

    def read(self, text: str) -> Any:
        """Return what the text means; ValueError if it is malformed."""
        return self.parse(text)


Valued: TypeAlias = Text | Choice | Whole | Parsed

FLAG = Flag()
TEXT = Text()
FILES = Text("files")


class Option(Row):
    """One option of a command, or of several."""

    name: str
    """The parameter that takes its value."""
    spellings: tuple[str, ...]
    help: str
    kind: Flag | Valued = TEXT
    default: str | int | None = None
    """As the user would write it, except for a number; only options with a value have one."""
    means: Any = None
    """What the default means, if that would have to be parsed: most commands are called without the option."""
    metavar: str | None = None
    shows_default: bool = False
    is_repeatable: bool = False
    is_required: bool = False
    without_value: str | None = None
    """What the option means when it is given without a value; None if it needs one."""
    stands_for: str = ""
    """The argument that this is another way to give: one of the two."""

    @property
    def default_texts(self) -> tuple[str, ...]:
        """Return the values that a repeatable option has if it is not given."""
        return () if self.default is None else (str(self.default),)

    @property
    def long_spelling(self) -> str:
        """Return the spelling that says what it is."""
        return max(self.spellings, key=len)


class Argument(Row):
    """One positional argument of a command; without a default it must be given, unless it is optional."""

    name: str
    kind: Valued = TEXT
    default: str | None = None
    metavar: str | None = None
    is_optional: bool = False
    takes_rest: bool = False
    """Whether it takes all arguments that are left, as a tuple; only the last one may."""


class Command(Row):
    """One command: its line in the list of commands, its help, and its parameters in the order of the help."""

    summary: str
    help: str
    parameters: tuple[Option | Argument, ...]
    examples: tuple[tuple[str, str], ...] = ()
    """Command lines that people use, each with what it does in a few words."""
    options_first: bool = False
    """True if options come before the arguments: those behind the first one belong to another program."""
    observes: bool = False
    """True if it looks at all that the engine has, and may ask for that while the command is loaded."""
    exits: tuple[ExitCode, ...] = ()
    """The exit codes of its own that it may end with, besides that of an interruption."""
    passes_on: str = ""
    """Codes of a program that it ends with as well, in words."""

    @property
    def options(self) -> list[Option]:
        """Return the options."""
        return [row for row in self.parameters if isinstance(row, Option)]

    @property
    def arguments(self) -> list[Argument]:
        """Return the arguments, in their order on the command line."""
        return [row for row in self.parameters if isinstance(row, Argument)]


class Reading(Row):
    """A command line as read: the command's name, and a value for each of its parameters."""

    command: str
    given: dict[str, Any]
