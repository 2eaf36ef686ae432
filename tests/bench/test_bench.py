"""The bench itself: that it still measures what it says, in seconds of whatever length."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from docker import DockerClient

from tests.bench import inside
from tests.bench.life import CHAPTERS
from tests.bench.scenario import Scenario
from tests.bench.sides import ROOT
from tests.bench.workload import Workload
from tests.harness.engine import Engine


def test_a_round_takes_every_side_through_its_whole_life(engine: Engine, tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    chosen = [f"--only={scenario.value}" for scenario in (*CHAPTERS, Scenario.HELP)]
    command = [sys.executable, "-m", "tests.bench", "--host", engine.url, "--rounds=1", "--sizes=2", *chosen]
    done = subprocess.run(
        [*command, "--json", results], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    sides = {row["scenario"]: row["sides"] for row in json.loads(results.read_text())["rows"]}
    assert list(sides) == ["cold", "noop", "change", "limits", "destroy", "help"]
    assert all(found["runner"]["wall"] > 0 for found in sides.values())
    assert all(sides[scenario]["runner"]["ratio"] > 0 for scenario in ("cold", "change", "limits", "destroy"))
    assert "apply to an empty engine" in done.stdout


def test_what_was_applied_plans_as_many_changes_as_are_said(tmp_path: Path) -> None:
    plain = Workload(3)
    desired = inside.desired(plain, tmp_path)
    limited = inside.desired(replace(plain, memory=96), tmp_path)
    applied = inside.as_applied(desired)
    inside.plan(desired, applied, pending=0)
    inside.plan(limited, applied, pending=3)


def test_containers_that_are_made_to_be_observed_are_found(
    engine: Engine, docker_client: DockerClient, tmp_path: Path
) -> None:
    workload = Workload(2)
    desired = inside.desired(workload, tmp_path)
    with inside.created(workload, desired, docker_client.api):
        inside.look(engine.url, desired)
