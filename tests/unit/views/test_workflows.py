"""The table of an engine's workflows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from runner.core.event import RunFinished, RunStarted
from runner.core.run_lock import Holder
from runner.views.history import RunRow
from runner.views.lines import Line, text_of
from runner.views.text_width import cells
from runner.views.workflows import WorkflowRow, workflow_lines, workflows_json

Golden = Callable[[str, str], None]

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
_START = RunStarted(command="apply", versions={}, actor="ada@laptop", file="workflow.yaml", commit=None)
_END = RunFinished("rolled_back", {}, 1200, 5)
_HOLDER = Holder("ada", "laptop", 4242, "3f2a", "apply", "2026-02-03T04:05:06Z")
ROWS = [
    WorkflowRow(
        "blog",
        {"network": 1, "container": 2, "job": 1},
        expected=2,
        running=2,
        changed=NOW - timedelta(days=3, hours=4),
        files=("laptop:/home/ada/blog/workflow.yaml",),
    ),
    WorkflowRow(
        "shop",
        {"image": 1, "network": 2, "volume": 1, "container": 12},
        expected=12,
        running=9,
        ailing={"exited": 2, "unhealthy": 1},
        abandoned=1,
        changed=NOW + timedelta(seconds=2),
        last_run=RunRow("3f2a", NOW - timedelta(minutes=5), _START, _END),
        files=("ci:/builds/shop/workflow.yaml", "laptop:/home/ada/shop/workflow.yaml"),
        lock=_HOLDER,
    ),
    WorkflowRow("tools", {"image": 3}, lock=_HOLDER, is_lock_stale=True),
]


def rendered(lines: Iterable[Line]) -> str:
    return "".join(f"{text_of(line).rstrip()}\n" for line in lines)


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_the_workflows_say_which_columns_do_not_fit(width: int, golden: Golden):
    lines = list(workflow_lines(ROWS, "unix:///run/docker.sock", NOW, width))
    assert all(cells(text_of(line)) <= width for line in lines)
    golden(f"workflows.{width}", rendered(lines))


def test_workflows_for_a_pipe_have_every_column(golden: Golden):
    golden("workflows.pipe", rendered(workflow_lines(ROWS, "unix:///run/docker.sock", NOW)))


def test_an_engine_without_workflows_is_told_how_to_begin():
    assert "runner init" in rendered(workflow_lines([], "unix:///run/docker.sock", NOW))


def test_workflows_as_json_have_every_key():
    document = workflows_json(ROWS, "unix:///run/docker.sock")
    blog, shop, tools = document["workflows"]
    assert blog.keys() == shop.keys() == tools.keys()
    assert (shop["last_run"]["result"], shop["lock"]["run_id"], tools["lock"]["stale"]) == ("rolled_back", "3f2a", True)
