"""Outputs in pages beside real ones: what differs from run to run is not compared, and a page is brought up to date."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from tests.harness.page_session import Command

ANYTHING = "..."
"""A line that stands for any number of lines, as in doctests."""

_SUFFIX = re.compile(r"\b(\d+\.\d+\.\d+)\+dfsg\w*")
_SCHEMA = re.compile(r"file:///\S*/workflow\.schema\.json")
_INSTALLED_SCHEMA = "file:///home/you/.local/share/pipx/venvs/runner/.../workflow.schema.json"
_MACHINE = re.compile(r"\byou@[\w.-]+")
_FLEETING = (  # in this order
    (re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?"), "<time>"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "<time>"),
    (re.compile(r"\b(\d+h ?)?(\d+m ?)?\d+(\.\d+)? ?m?s\b"), "<duration>"),
    (re.compile(r", <duration> of it watching [^:]*"), ""),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,64}\b"), "<id>"),
    (_MACHINE, "<user>"),
    (_SCHEMA, "<schema>"),
    (re.compile(r"\b(Docker|API) \d[\w.+]*"), r"\1 <version>"),
    (re.compile(r"\b\d+(\.\d+)? ?([kKMG]i?)?B\b"), "<size>"),
    (re.compile(r"[\s─]+"), " "),
)


def agrees(shown: Sequence[str], written: Sequence[str]) -> bool:
    """Tell whether a page shows what was written.

    Words may come in any order: parallel work ends as it likes, and where a line is wrapped depends on a duration.
    """
    text = _lasting(written)
    if ANYTHING not in shown:
        return sorted(_lasting(shown).split()) == sorted(text.split())
    parts = ([*lines] for is_gap, lines in groupby(shown, ANYTHING.__eq__) if not is_gap)
    return all(_lasting(part) in text for part in parts)


def _lasting(lines: Sequence[str]) -> str:
    """Return as one line what is the same in each run; a program that is restarted may have said the same again."""
    text = " ".join(line for line, _ in groupby(lines)).strip()
    for pattern, name in _FLEETING:
        text = pattern.sub(name, text)
    return text.strip()


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """Join a heading that is wrapped only because a version is longer here."""
    return "\n".join(lines).replace("docker.sock):\n", "docker.sock): ").splitlines()


def without_suffix(text: str) -> str:
    """Return a text without what Debian adds to the engine's version, which says nothing to others."""
    return _SUFFIX.sub(r"\1", text)


def presentable(written: Sequence[str]) -> list[str]:
    """Return an output as a page shows it, without the names of this machine."""
    lines = (_MACHINE.sub("you@host", without_suffix(line)).rstrip() for line in _unwrapped(written))
    return [_SCHEMA.sub(_INSTALLED_SCHEMA, line) for line in lines]


def rewrite(page: Path, seen: Sequence[tuple[Command, Sequence[str]]], *, wholly: bool) -> None:
    """Put what the commands of a page wrote in the place of what it shows: where the two don't agree, or wholly."""
    by_block: defaultdict[int, list[tuple[Command, Sequence[str]]]] = defaultdict(list)
    for command, written in seen:
        if command.shown is not None:
            by_block[command.block.start].append((command, written))
    text = page.read_text("utf-8")
    for start in sorted(by_block, reverse=True):
        block = by_block[start][0][0].block
        text = text[:start] + _rewritten(by_block[start], wholly) + text[start + len(block.text) :]
    page.write_text(text, "utf-8")


def _rewritten(commands: Sequence[tuple[Command, Sequence[str]]], wholly: bool) -> str:
    lines: list[str] = []
    for command, written in commands:
        shown = command.shown or []
        lines.append(f"$ {command.line}")
        if agrees(shown, written) and (ANYTHING in shown or not wholly):
            lines += shown
        else:
            lines += [*presentable(written), *([""] if written else [])]
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"
