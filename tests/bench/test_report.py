"""What the bench makes of its measurements, and that the sides are given the same to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from tests.bench.compose import COMPOSE
from tests.bench.cost import Cost
from tests.bench.goals import verdicts
from tests.bench.imports import Imports
from tests.bench.report import Report
from tests.bench.rows import MIB, Row, rows
from tests.bench.scenario import Sample, Scenario
from tests.bench.workload import Proof, Workload, rich_file

FACTS = {
    "date": "2026-11-29",
    "runner": "1",
    "python": "3.11",
    "engine": "28",
    "compose": None,
    "kernel": "6",
    "processor": "fast",
    "processors": 2,
    "memory": 8,
    "load": 0.1,
    "rounds": {1: 5},
}


def noop(runner: float, compose: float) -> Row:
    return Row(Scenario.NOOP, 1, {"runner": [Cost(runner, 0.1)], COMPOSE: [Cost(compose, 0.1)]})


@pytest.mark.parametrize(("runner", "verdict"), [(0.9, "ok"), (1.0, "ok"), (1.1, "missed")])
def test_a_goal_is_met_up_to_its_limit(runner: float, verdict: str) -> None:
    assert verdicts(noop(runner, 1.0), ratios=True) == f"≤ 1 × Compose: {verdict}"


def test_a_goal_without_the_other_side_is_not_measured() -> None:
    assert verdicts(Row(Scenario.NOOP, 1, {}), ratios=True) == "≤ 1 × Compose: not measured"


def test_a_row_tells_each_of_its_goals() -> None:
    planned = Row(Scenario.PLAN, 10_000, {"runner": [Cost(9, 5, 201 * MIB)]})
    assert verdicts(planned, ratios=False) == "≤ 6 s CPU: ok, ≤ 200 MiB: missed"


def test_the_default_settle_is_compared_with_what_the_others_do_without_one() -> None:
    taken = [(Scenario.UP, "runner", 1.0), (Scenario.UP, "floor", 0.5), (Scenario.UP_SETTLED, "runner", 2.0)]
    plain, settled = rows([Sample(scenario, 1, side, Cost(wall, 0)) for scenario, side, wall in taken])
    assert (plain.ratio("floor"), settled.ratio("floor")) == (2.0, 4.0)
    assert settled.wall("runner") == 2.0


def test_a_report_replaces_the_one_before_in_a_page() -> None:
    report = Report(FACTS, [noop(1.0, 2.0)], {Scenario.HELP: Imports(10, 0.01)})
    page = report.into_page("# Title\n\n<!-- measured -->\nold\n<!-- end of measured -->\n\nMore.\n")
    assert page.startswith("# Title\n\n<!-- measured -->\n")
    assert page.endswith("<!-- end of measured -->\n\nMore.\n")
    assert "old" not in page
    assert "| apply, nothing changed | 1 | 1.00 | 2.00 | 0.50 | ≤ 1 × Compose: ok |" in page
    assert report.into_page(page) == page


def test_a_report_without_compose_says_so() -> None:
    assert "no Docker Compose, so its columns are left out" in Report(FACTS, [], {}).text()


@pytest.mark.parametrize("proof", Proof)
def test_both_files_declare_the_same_containers(proof: Proof) -> None:
    workload = Workload(3, proof, greeting="goodbye")
    ours = yaml.safe_load(workload.file)["containers"]
    theirs = yaml.safe_load(workload.compose_file)["services"]
    for entry in ours.values():
        entry.pop("update", None)  # runner's alone
        entry["mem_limit"] = entry.pop("limits")["memory"]
    assert ours == theirs
    assert len(workload.bodies) == len(ours)


def test_only_the_default_settle_leaves_it_out() -> None:
    assert Workload(3).file.count("settle: 0s") == 3
    assert Workload(3, Proof.HEALTH).file.count("settle: 0s") == 2
    assert "settle" not in Workload(3, Proof.SETTLE).file


def test_another_greeting_is_a_change_of_one() -> None:
    plain = Workload(3)
    changed = replace(plain, greeting="goodbye")
    assert [name for name in plain.bodies if plain.bodies[name] != changed.bodies[name]] == ["runner-bench-c1-1"]


def test_a_rich_file_is_one_chain() -> None:
    containers = yaml.safe_load(rich_file(3))["containers"]
    assert [entry["depends_on"] for entry in containers.values()] == [[], ["c0"], ["c1"]]
