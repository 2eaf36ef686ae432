"""The rows of a plan are in the order of the file, whatever rests on what; what leaves comes last."""

from __future__ import annotations

from pathlib import Path

from runner.core.struct import replace
from runner.kinds import CATALOG
from runner.plan.planner import make_plan
from runner.plan.removal import make_destroy_plan
from runner.views.lines import text_of
from runner.views.plan import plan_lines
from runner.views.plan_json import plan_json
from tests.unit.plan.case import declared
from tests.unit.plan.observed_fixtures import after_apply

FILE = """
jobs:
  migrate: {image: tools, depends_on: [db]}
containers:
  web: {image: "nginx:1", depends_on: {migrate: completed}, volumes: ["logs:/logs"], networks: [front]}
  db: {image: "postgres:16", networks: [front]}
  api: {image: tools, networks: [front]}
volumes: {logs: {}}
networks: {front: {}}
images: {tools: {build: {context: ., dockerfile_inline: "FROM scratch"}}}
"""
IN_ORDER = [
    "network.default",
    "job.migrate",
    "image.nginx:1",
    "container.web",
    "image.postgres:16",
    "container.db",
    "container.api",
    "volume.logs",
    "network.front",
    "image.tools",
]


def test_a_plan_has_its_rows_as_the_file_does_in_text_and_json(tmp_path: Path) -> None:
    desired = declared(FILE, tmp_path)
    plan = make_plan(desired, replace(after_apply(desired), resources={}), CATALOG)
    assert [change["address"] for change in plan_json(plan)["changes"]] == IN_ORDER
    rows = [text_of(line).split()[1] for line in plan_lines(plan) if text_of(line).startswith("+")]
    assert rows == IN_ORDER


def test_steps_still_come_after_those_they_wait_for(tmp_path: Path) -> None:
    desired = declared(FILE, tmp_path)
    plan = make_plan(desired, replace(after_apply(desired), resources={}), CATALOG)
    assert all(need < step.number for step in plan.steps for need in step.needs)


def test_a_destroy_plan_has_them_so_too(tmp_path: Path) -> None:
    desired = declared(FILE, tmp_path)
    plan = make_destroy_plan("shop", after_apply(desired), CATALOG, frozenset(), desired)
    rows = [str(change.address) for change in plan.changes]
    assert rows == [address for address in IN_ORDER if address in rows]
    assert "container.api" in rows


def test_what_is_no_longer_declared_comes_last_however_the_engine_lists_it(tmp_path: Path) -> None:
    observed = after_apply(declared(FILE, tmp_path))
    less = declared("containers: {api: {image: tools}}\nimages: {tools: {reference: tools}}\n", tmp_path)
    backwards = replace(observed, resources=dict(reversed(observed.resources.items())))
    rows, others = (
        [str(change.address) for change in make_plan(less, state, CATALOG).changes] for state in (observed, backwards)
    )
    assert rows == others
    assert rows[-5:] == ["network.front", "volume.logs", "container.db", "container.web", "job.migrate"]
