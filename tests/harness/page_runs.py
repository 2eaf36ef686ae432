"""Whether the pages for people do what they say: their blocks in order, a folder each, and what they have to show.

RUNNER_UPDATE_DOCS=1 puts the outputs of today into the pages where they differ, and =all everywhere, with the durations
of today; read the diff before you commit it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.harness.engine import Engine
from tests.harness.markdown import ROOT, Block, blocks
from tests.harness.page_output import agrees, rewrite
from tests.harness.page_session import carry_out, is_run

GENERATED = ("commands.md", "errors.md")
"""Their examples are the tables', and are tried where those are."""
ON_SWARM = ROOT / "docs" / "swarm.md"
"""The page whose commands need one."""
PAGES = [ROOT / "README.md", *(page for page in sorted(ROOT.glob("docs/**/*.md")) if page.name not in GENERATED)]
UPDATES = os.environ.get("RUNNER_UPDATE_DOCS")


def runs_of(page: Path) -> Iterator[list[Block]]:
    """Yield the blocks that are carried out, a folder each: a page starts anew at a block with `folder=new`."""
    steps: list[Block] = []
    for block in filter(is_run, blocks(page)):
        if block.given.get("folder") == "new" and steps:
            yield steps
            steps = []
        steps.append(block)
    if any("title" not in block.given for block in steps):
        yield steps


def hold(page: Path, steps: Sequence[Block], engine: Engine, scratch: Path, *, timeout: float = 120) -> None:
    """Carry out the blocks of a page in an empty folder; fail where they do otherwise than it shows."""
    done = carry_out(steps, engine, scratch, timeout=timeout)
    for command, outcome in done:
        expected = outcome.exit_code if command.exits is None else command.exits
        shown = "\n".join(outcome.lines)
        assert outcome.exit_code == expected, f"{command.block.place}: {command.line}\n{shown}"
    if UPDATES:
        rewrite(page, [(command, outcome.lines) for command, outcome in done], wholly=UPDATES == "all")
        return
    for command, outcome in done:
        if command.shown is not None and not agrees(command.shown, outcome.lines):
            pytest.fail(
                f"{command.block.place}: {command.line}\nthe page shows\n"
                + "\n".join(command.shown)
                + "\nand it was\n"
                + "\n".join(outcome.lines),
                pytrace=False,
            )
