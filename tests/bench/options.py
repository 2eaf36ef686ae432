"""The bench's own command line: what is measured, of what, how often, and where the figures go."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.builds import BUILDS
from tests.bench.scenario import Scenario

_SIZES = (1, 40, 100, 300)
_ROUNDS = {1: 5, 40: 3, 100: 2, 300: 1}
"""How often by default; larger ones take longer, and are less at the mercy of what else the machine does."""
_QUICK_ROUNDS = {1: 2, 40: 1}
_SLOW = frozenset({*BUILDS, Scenario.CHAIN})


@dataclass(frozen=True, slots=True)
class Options:
    """What a run of the bench is asked for."""

    rounds: Mapping[int, int]
    """How often the life of so many containers is measured."""
    wanted: frozenset[Scenario]
    host: str | None
    environment: Path | None
    compose: bool
    markdown: Path | None
    json: Path | None


def read() -> Options:
    """Read the process's arguments."""
    given = _parser().parse_args()
    usual = _QUICK_ROUNDS if given.quick else _ROUNDS
    sizes = given.sizes or tuple(usual)
    return Options(
        {size: given.rounds or usual.get(size, min(usual.values())) for size in sizes},
        frozenset(given.only or Scenario) - (_SLOW if given.quick else frozenset()),
        given.host,
        given.environment,
        given.compose,
        given.markdown,
        given.json,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure runner beside the engine's own floor and Docker Compose.",
        allow_abbrev=False,
    )
    names = ", ".join(scenario.value for scenario in Scenario)
    parser.add_argument("--quick", action="store_true", help="sizes 1 and 40 in few rounds, no chain, no builds")
    parser.add_argument("--sizes", type=_sizes, metavar="N,...", help=f"numbers of containers {_SIZES}")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"rounds of every size, instead of {_ROUNDS}")
    parser.add_argument(
        "--only", type=Scenario, action="append", metavar="SCENARIO", help=f"only this, may be repeated: {names}"
    )
    parser.add_argument("--host", metavar="URL", help="the engine; without it one is started, of the bench's own")
    parser.add_argument(
        "--environment",
        type=Path,
        metavar="FOLDER",
        help="a virtual environment whose runner is measured, instead of a wheel of this checkout in a fresh one",
    )
    parser.add_argument("--no-compose", dest="compose", action="store_false", help="leave Docker Compose out")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables into this page, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all measurements to FILE, too")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(part) for part in text.split(",")}))
