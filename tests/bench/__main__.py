"""Measures runner beside the engine's own floor and, where it is installed, Docker Compose: ``python -m tests.bench``.

Nothing here is a test: seconds are the machine's, and even ratios depend on what else it does.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from docker import APIClient

from tests.bench.about import about, caption
from tests.bench.life import CHAPTERS, live
from tests.bench.parts import Parts
from tests.bench.report import document, rows, table
from tests.bench.scenario import Sample, Scenario
from tests.bench.sides import PARALLEL, Compose, Floor, Runner, Side, compose_version
from tests.harness.engine import Engine, dispose_abandoned, new_private_engine
from tests.harness.image import BASE, make_base

_PATIENCE = 120
"""Seconds that one answer of a busy engine may take."""


def main() -> None:
    """Measure, and print the table."""
    options = _options()
    with _engine(options.host) as engine, tempfile.TemporaryDirectory(prefix="runner-bench-") as folder:
        api = APIClient(base_url=engine.url, version="auto", timeout=_PATIENCE, max_pool_size=PARALLEL)
        facts = about(api, options.rounds)
        sides, parts = _contestants(api, engine.url, Path(folder))
        wanted = frozenset(options.only or Scenario)
        samples = list(_told(_rounds(options.rounds, options.sizes, sides, parts, wanted)))
    found = rows(samples)
    print("\n".join([*caption(facts), "", *table(found)]))
    if options.json:
        options.json.write_text(json.dumps(document(found, facts), indent=2) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often to measure everything (3)")
    parser.add_argument(
        "--sizes", type=_sizes, default=(1, 40, 100), metavar="N,...", help="of how many containers (1,40,100)"
    )
    names = ", ".join(scenario.value for scenario in Scenario)
    parser.add_argument(
        "--only", type=Scenario, action="append", metavar="SCENARIO", help=f"only this one, may be repeated: {names}"
    )
    parser.add_argument("--host", metavar="URL", help="the engine; without it one is started, of the bench's own")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements to FILE, too")
    return parser.parse_args()


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(part) for part in text.split(",")}))


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


def _contestants(api: APIClient, url: str, folder: Path) -> tuple[Sequence[Side], Parts]:
    runner = Runner(url, folder)
    sides: list[Side] = [Floor(api), runner]
    if compose_version() is not None:
        sides.append(Compose(url, folder))
    return sides, Parts(runner, api, url, folder)


def _rounds(
    count: int, sizes: Sequence[int], sides: Sequence[Side], parts: Parts, wanted: Collection[Scenario]
) -> Iterator[Sample]:
    """Measure round by round; in each another side goes first, so that nobody profits from its place."""
    lives = sizes if any(chapter in wanted for chapter in CHAPTERS) else ()
    for number in range(count):
        turn = number % len(sides)
        for size in lives:
            for side in (*sides[turn:], *sides[:turn]):
                yield from (sample for sample in live(side, size, parts.api) if sample.scenario in wanted)
        yield from parts.measure(wanted)


def _told(samples: Iterator[Sample]) -> Iterator[Sample]:
    """Show on standard error that it goes on."""
    for sample in samples:
        size = f" of {sample.size}" if sample.size else ""
        print(f"{sample.scenario.value}{size}: {sample.side} {sample.cost.wall:.3f} s", file=sys.stderr)
        yield sample


if __name__ == "__main__":
    main()
