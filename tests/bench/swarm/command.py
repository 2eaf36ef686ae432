"""Measures services on a swarm of three engines: ``python -m tests.bench swarm``.

Nothing here is a test, as with the rest of the bench.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from docker import APIClient

from tests.bench.floor import PARALLEL
from tests.bench.installed import found_in, installed_into
from tests.bench.rows import Row, rows
from tests.bench.runner import Runner
from tests.bench.scenario import Sample, Scenario
from tests.bench.swarm.sides import BareCalls, Side, Stack, Workflow, clear
from tests.bench.swarm.workload import Services
from tests.bench.tables import Table
from tests.harness.swarm import dispose_abandoned_swarms, new_private_swarm

_PATIENCE = 120
"""Seconds that one answer of a busy engine may take."""


def main(arguments: Sequence[str]) -> None:
    """Measure, and tell what came of it."""
    asked = _parser().parse_args(arguments)
    dispose_abandoned_swarms()
    swarm = new_private_swarm()
    try:
        with tempfile.TemporaryDirectory(prefix="runner-bench-") as folder:
            api = APIClient(base_url=swarm.url, version="auto", timeout=_PATIENCE, max_pool_size=PARALLEL)
            samples = list(_measure(asked, api, swarm.url, Path(folder)))
    finally:
        swarm.dispose()
    found = rows(samples)
    print("\n".join(_table(found).text()))
    if asked.json:
        asked.json.write_text(json.dumps([_as_json(row) for row in found], indent=2) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench swarm", description="Measure services on a swarm.")
    parser.add_argument("--sizes", type=_sizes, default=(50,), metavar="N,...", help="numbers of services (50)")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="rounds of every size (1)")
    parser.add_argument("--environment", type=Path, metavar="FOLDER", help="a virtual environment with the runner")
    parser.add_argument("--no-runner", dest="runner", action="store_false", help="leave runner out")
    parser.add_argument("--no-stack", dest="stack", action="store_false", help="leave docker stack deploy out")
    parser.add_argument(
        "--no-waiting-stack",
        dest="waiting_stack",
        action="store_false",
        help="leave its --detach=false out, which takes 5 s and more for each service",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements to FILE, too")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(part) for part in text.split(",")}))


def _measure(asked: argparse.Namespace, api: APIClient, url: str, folder: Path) -> Iterator[Sample]:
    """Let every side make the services and then do it again; in each round another one goes first."""
    sides: list[Side] = [BareCalls(api)]
    if asked.stack:
        ways = (False, True) if asked.waiting_stack else (False,)
        sides += [Stack(api, url, folder, waits=waits) for waits in ways]
    if asked.runner:
        installed = found_in(asked.environment) if asked.environment else installed_into(folder)
        sides.append(Workflow(api, Runner(installed, url, folder)))
    for size in asked.sizes:
        for number in range(asked.rounds):
            turn = number % len(sides)
            for side in (*sides[turn:], *sides[:turn]):
                yield from _both(side, Services(size), api)


def _both(side: Side, services: Services, api: APIClient) -> Iterator[Sample]:
    try:
        for scenario in (Scenario.UP, Scenario.NOOP):
            took = side.apply(services, again=scenario is Scenario.NOOP)
            if took is not None:
                print(f"{scenario.value} of {services.size}: {side.name} {took.wall:.3f} s", file=sys.stderr)
                yield Sample(scenario, services.size, side.name, took)
    finally:
        clear(api)


def _table(found: Sequence[Row]) -> Table:
    sides = list(dict.fromkeys(side for row in found for side in row.costs))
    columns = [f"{side} {unit}" for side in sides for unit in ("s", "CPU s")]
    lines = [
        [
            row.scenario.title,
            str(row.size),
            *(_number(part) for side in sides for part in (row.wall(side), row.cpu(side))),
            "",
        ]
        for row in found
    ]
    return Table(["services", "n", *columns, ""], lines)


def _number(amount: float | None) -> str:
    return "-" if amount is None else f"{amount:.2f}"


def _as_json(row: Row) -> dict[str, object]:
    sides = {side: {"wall": row.wall(side), "cpu": row.cpu(side), "ratio": row.ratio(side)} for side in row.costs}
    return {"scenario": row.scenario.value, "size": row.size, "sides": sides}
