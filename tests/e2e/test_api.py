"""runner as a library: a program plans, applies and reads the events; what it doesn't approve isn't done."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.harness.cli import Cli
from tests.harness.live import Live

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
EXAMPLE = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[1]


def test_the_example_of_the_page_plans_applies_and_prints_the_events(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {web: *idle}")
    first = cli.python(EXAMPLE).exits(0).stdout.splitlines()
    assert "container.web create" in first
    assert first[-1] == "OK"
    assert first.index("run.started") < first.index("resource.transition") < first.index("run.finished")
    assert live.runs("web")
    cli("plan", "--detailed-exitcode").exits(0)
    assert cli.python(EXAMPLE).exits(0).stdout.split() == ["OK"]
    assert len(cli("history", "-o", "json").exits(0).json["runs"]) == 1


def test_a_program_that_approves_nothing_destroys_no_data(cli: Cli, workflow: Callable) -> None:
    workflow("volumes: {data: {}}\ncontainers: {web: {<<: *idle, volumes: ['data:/data']}}")
    cli("apply").exits(0)
    workflow("containers: {web: *idle}")
    assert "runner.core.errors.Cancelled" in cli.python(EXAMPLE).exits(1).stderr
    assert "volume.data" in cli("plan", "--detailed-exitcode").exits(10).stdout
    approved = EXAMPLE.replace("Headless(", "Headless(approves_all=True, ")
    assert cli.python(approved).exits(0).stdout.splitlines()[-1] == "OK"
    cli("plan", "--detailed-exitcode").exits(0)
