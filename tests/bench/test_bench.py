"""The bench itself: that it still measures what it says, in seconds of whatever length."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.scenario import Scenario
from tests.bench.sides import ROOT
from tests.harness.engine import Engine

CHOSEN = (
    *(Scenario.UP, Scenario.NOOP, Scenario.LIMITS, Scenario.DOWN),
    *(Scenario.UP_SETTLED, Scenario.UP_HEALTHY, Scenario.HELP),
)


def test_a_round_takes_every_side_through_what_is_wanted(engine: Engine, tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    chosen = [f"--only={scenario.value}" for scenario in CHOSEN]
    # The runner that is tested, and nothing out of a network.
    options = ["--host", engine.url, f"--environment={sys.prefix}", "--no-compose", "--rounds=1", "--sizes=1"]
    command = [sys.executable, "-m", "tests.bench", *options, *chosen, f"--json={results}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(results.read_text())
    sides = {row["scenario"]: row["sides"] for row in found["rows"]}
    assert set(sides) == {scenario.value for scenario in CHOSEN}
    assert all(measured["runner"]["wall"] > 0 for measured in sides.values())
    assert {name for name, measured in sides.items() if "floor" not in measured} == {"noop", "help"}
    assert set(found["imports"]) == {"noop", "help"}
    assert "up, default settle" in done.stdout
