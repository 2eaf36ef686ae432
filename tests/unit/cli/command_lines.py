"""Command lines made from the table of commands: everyday ones, odd ones, and ones that only look right."""

from __future__ import annotations

from functools import cache
from itertools import chain

from hypothesis import strategies as st

from runner.cli.syntax.rows import Choice, Command, Flag, Option, Whole
from runner.cli.syntax.table import COMMANDS

VALUES = ("x", "workflow.yaml", "A=b", "container.web[2]", "30s", "1h30m", "5", "0", "ü", "2026-01-31", "web", "json")
_LIKE_OPTIONS = ("-", "--", "---", "-1", "-x", "--help", "-h", "--version", "--host", "-n", "--yes", "-5s")
_LIKE_VALUES = ("=", "a=", "08", "+8", "1_0", "65", "1e3", "0s", "5 s", " 8", "8 ", "9" * 20, "JSON", "jso", "(all)")
_LIKE_NOTHING = ("", "\N{FULLWIDTH DIGIT EIGHT}", "\N{SUPERSCRIPT TWO}", "\udc9b", "\x00", "\n")
ODD = (*_LIKE_OPTIONS, *_LIKE_VALUES, *_LIKE_NOTHING)
"""Texts that one of the readers may take for something else, or refuse."""


def lines() -> st.SearchStrategy[list[str]]:
    """Return lines of any command, most of them close to right."""
    return st.sampled_from([*COMMANDS]).flatmap(_lines)


def environments() -> st.SearchStrategy[dict[str, str]]:
    """Return variables by which an option might be set, if any could."""
    options = {row.name.upper() for command in COMMANDS.values() for row in command.parameters}
    prefixes = ("", "RUNNER_", "RUNNER_PLAN_", "RUNNER_APPLY_")
    names = [f"{prefix}{name}" for name in sorted(options) for prefix in prefixes]
    return st.dictionaries(st.sampled_from(names), st.sampled_from(["1", "x", "json", ""]), max_size=3)


@cache
def _lines(name: str) -> st.SearchStrategy[list[str]]:
    return st.lists(_parts(COMMANDS[name]), max_size=5).map(lambda parts: [name, *chain(*parts)])


def _parts(command: Command) -> st.SearchStrategy[list[str]]:
    kinds = [st.sampled_from((*VALUES, *ODD)).map(lambda text: [text]), st.just(["--"])]
    kinds += [st.text(max_size=3).map(lambda text: [text])]
    if command.options:
        given = st.sampled_from(command.options).flatmap(_given)
        kinds += [given, given, given, given, given.map(_mutated_spelling), *_joined(command)]
    return st.one_of(kinds)


def _given(row: Option) -> st.SearchStrategy[list[str]]:
    """Return an option in each of its spellings, with values that suit it and others; without one; or with too much."""
    spelling = st.sampled_from(row.spellings)
    if isinstance(row.kind, Flag):
        return st.one_of(spelling.map(lambda one: [one]), spelling.map(lambda one: [f"{one}=1"]))
    value = st.sampled_from(_values(row)) | st.sampled_from((*VALUES, *ODD))
    return st.one_of(
        st.builds(lambda one, text: [one, text], spelling, value),
        st.builds(lambda one, text: [f"{one}={text}"], spelling, value),
        st.builds(lambda one, text: [f"{one}{text}"], spelling, value),
        spelling.map(lambda one: [one]),
    )


def _values(row: Option) -> tuple[str, ...]:
    match row.kind:
        case Choice(words=words):
            return words
        case Whole(least=least, most=most):
            return str(least), str(least - 1), str(most or 7), str((most or 7) + 1)
        case _:
            return VALUES


def _mutated_spelling(part: list[str]) -> list[str]:
    """Abbreviate the option, or write it in capitals."""
    first, *rest = part
    return [first[:-1] if len(first) % 2 else first.upper(), *rest]


def _joined(command: Command) -> list[st.SearchStrategy[list[str]]]:
    """Return short options in one argument, such as -vy, if the command has any."""
    short = [text[1] for row in command.options for text in row.spellings if not text.startswith("--")]
    if not short:
        return []
    return [st.lists(st.sampled_from(short), min_size=1, max_size=3).map(lambda found: [f"-{''.join(found)}"])]
