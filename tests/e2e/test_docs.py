"""The pages for people do what they say: their files are written, their commands run, their outputs compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.engine import Engine
from tests.harness.inventory import remove_workflow, workflows
from tests.harness.markdown import ROOT, Block
from tests.harness.page_output import agrees
from tests.harness.page_runs import ON_SWARM, PAGES, UPDATES, hold, runs_of
from tests.harness.picture import FILES, record, svg, text_in, text_of

RUNS = [
    pytest.param(page, steps, id=f"{page.relative_to(ROOT)}:{steps[0].line}")
    for page in PAGES
    if page != ON_SWARM
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
    hold(page, steps, clean_engine, tmp_path)


def test_the_picture_of_the_readme_shows_what_happens_today(clean_engine: Engine, tmp_path: Path) -> None:
    lines = record(clean_engine, tmp_path)
    if UPDATES:
        for theme, file in FILES.items():
            file.write_text(svg(lines, theme), "utf-8")
    for file in FILES.values():
        assert agrees(text_in(file), text_of(lines)), f"{file.name} is stale: run make picture"
