"""Measures runner beside the engine's own floor and Docker Compose: ``python -m tests.bench``; and services on a swarm.

Nothing here is a test: seconds are the machine's, and even ratios depend on what else it does. docs/performance.md
tells what is measured, and has the figures of the last run.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from docker import APIClient

from tests.bench import options
from tests.bench.about import about
from tests.bench.compose import Compose
from tests.bench.floor import PARALLEL, Floor
from tests.bench.installed import found_in, installed_into
from tests.bench.options import Options
from tests.bench.report import Report
from tests.bench.rounds import Rounds
from tests.bench.rows import rows
from tests.bench.runner import Runner
from tests.bench.scenario import Sample
from tests.bench.swarm import command as swarm
from tests.harness.compose import find_program, version_of
from tests.harness.engine import Engine, dispose_abandoned, new_private_engine
from tests.harness.image import BASE, make_base

_PATIENCE = 120
"""Seconds that one answer of a busy engine may take."""


def main() -> None:
    """Measure, and tell what came of it."""
    asked = options.read()
    program = find_program() if asked.compose else None
    with tempfile.TemporaryDirectory(prefix="runner-bench-") as folder, _engine(asked.host) as engine:
        report = _measure(asked, engine.url, Path(folder), program)
    print(report.text())
    if asked.markdown:
        asked.markdown.write_text(report.into_page(asked.markdown.read_text() if asked.markdown.exists() else ""))
    if asked.json:
        asked.json.write_text(json.dumps(report.json(), indent=2) + "\n")


@contextmanager
def _engine(host: str | None) -> Iterator[Engine]:
    dispose_abandoned()
    engine = new_private_engine() if host is None else Engine(host)
    try:
        if not engine.has(BASE):
            make_base(engine.url, BASE)
        yield engine
    finally:
        engine.dispose()


def _measure(asked: Options, url: str, folder: Path, program: Mapping[str, str] | None) -> Report:
    installed = found_in(asked.environment) if asked.environment else installed_into(folder)
    api = APIClient(base_url=url, version="auto", timeout=_PATIENCE, max_pool_size=PARALLEL)
    version = None if program is None else version_of(program)
    facts = about(api, installed, version, asked.rounds)
    beside = [] if program is None else [Compose(url, folder, program, waits=waits) for waits in (False, True)]
    runner = Runner(installed, url, folder)
    rounds = Rounds(runner, [Floor(api), *beside], api, url, folder, asked.wanted)
    samples = list(_told(rounds.measure(asked.rounds)))
    return Report(facts, rows(samples), rounds.imports())


def _told(samples: Iterator[Sample]) -> Iterator[Sample]:
    """Show on standard error that it goes on."""
    for sample in samples:
        size = f" of {sample.size}" if sample.size else ""
        print(f"{sample.scenario.value}{size}: {sample.side} {sample.cost.wall:.3f} s", file=sys.stderr)
        yield sample


if __name__ == "__main__":
    if sys.argv[1:2] == ["swarm"]:
        swarm.main(sys.argv[2:])
    else:
        main()
