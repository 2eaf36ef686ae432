"""The reference of all commands in Markdown, docs/commands.md, made of the same table as the help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from runner.cli.help import compose_of, exit_codes, option_names, option_text, own_of, shared_of, usage
from runner.cli.syntax.exits import DETAILS, MEANINGS
from runner.cli.syntax.options import COMPOSE, SHARED
from runner.cli.syntax.rows import Command, Option
from runner.cli.syntax.table import GROUPS

_HEAD: Final = """# Commands

Generated from the table of commands by `make schemas`; `runner COMMAND --help` shows the same. FILE defaults to
`workflow.yaml`, else to the files that Docker Compose finds. In examples, `3f2a` is the beginning of a run ID."""


def commands_page() -> str:
    """Return the page, with a newline at its end."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    yield from ("", "| command | description |", "| --- | --- |")
    for commands in GROUPS.values():
        for name, row in commands.items():
            yield f"| [`{name}`](#runner-{name}) | {_cell(row.summary)} |"
    yield from ("", "## Common options", "", "Of most commands, before or after the command.")
    yield from _options(SHARED)
    yield from ("", "## Compose options", "", "Of commands that take FILE, if that is a Compose file.")
    yield from _options(COMPOSE)
    yield from ("", "## Exit codes", "", "| code | means |", "| --: | --- |")
    for code, text in MEANINGS.items():
        yield f"| {code.value} | {text}{f' ({DETAILS[code]})' if code in DETAILS else ''} |"
    for title, commands in GROUPS.items():
        yield from ("", f"## {title}")
        for name, row in commands.items():
            yield from _command(name, row)


def _command(name: str, row: Command) -> Iterator[str]:
    yield from ("", f"### runner {name}", "", f"`{usage(name)}`")
    for paragraph in row.help.split("\n\n"):
        yield from ("", " ".join(paragraph.split()))
    yield from ("", "```sh", *_examples(row), "```")
    if own := own_of(row):
        yield from _options(own)
    shared = ", ".join(f"`{option.long_spelling}`" for option in shared_of(row))
    if shared:
        yield from ("", f"Common options: {shared}.")
    if compose := ", ".join(f"`{option.long_spelling}`" for option in compose_of(row)):
        yield from ("", f"[Compose options](#compose-options): {compose}.")
    yield from ("", f"Exit codes: {exit_codes(row)}.")


def _examples(row: Command) -> Iterator[str]:
    width = max(len(line) for line, _ in row.examples)
    return (f"{line.ljust(width)}  # {text}" for line, text in row.examples)


def _options(rows: Iterable[Option]) -> Iterator[str]:
    yield from ("", "| option | description |", "| --- | --- |")
    yield from (f"| `{_cell(option_names(row))}` | {_cell(option_text(row))} |" for row in rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
