"""The pages for people do what they say: their files are written, their commands run, their outputs compared.

RUNNER_UPDATE_DOCS=1 puts the outputs of today into the pages where they differ, and =all everywhere, with the durations
of today; read the diff before you commit it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.engine import Engine
from tests.harness.inventory import remove_workflow, workflows
from tests.harness.markdown import ROOT, Block, blocks
from tests.harness.page_output import agrees, rewrite
from tests.harness.page_session import carry_out, is_run
from tests.harness.picture import FILES, record, svg, text_in, text_of

GENERATED = ("commands.md", "errors.md")
"""Their examples are the tables', and are tried where those are."""
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


RUNS = [
    pytest.param(page, steps, id=f"{page.relative_to(ROOT)}:{steps[0].line}")
    for page in PAGES
    for steps in runs_of(page)
]


@pytest.fixture
def clean_engine(engine: Engine, docker_client: DockerClient) -> Iterator[Engine]:
    """The engine, from which all that a page makes goes afterwards."""
    before = workflows(docker_client)
    yield engine
    for name in workflows(docker_client) - before:
        remove_workflow(docker_client, name)


@pytest.mark.parametrize(("page", "steps"), RUNS)
def test_the_commands_of_a_page_do_what_it_shows(
    page: Path, steps: list[Block], clean_engine: Engine, tmp_path: Path
) -> None:
    done = carry_out(steps, clean_engine, tmp_path)
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


def test_the_picture_of_the_readme_shows_what_happens_today(clean_engine: Engine, tmp_path: Path) -> None:
    lines = record(clean_engine, tmp_path)
    if UPDATES:
        for theme, file in FILES.items():
            file.write_text(svg(lines, theme), "utf-8")
    for file in FILES.values():
        assert agrees(text_in(file), text_of(lines)), f"{file.name} is stale: run make picture"
