"""The order in which everything is measured, so that nobody profits from his place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from docker import APIClient

from tests.bench import chain
from tests.bench.builds import BUILDS, Builds
from tests.bench.commands import Commands
from tests.bench.imports import Imports
from tests.bench.life import CHAPTERS, live, takes_part
from tests.bench.runner import Runner
from tests.bench.scenario import UNPROVED, Sample, Scenario
from tests.bench.sides import Side

_TIMES = 3
"""How often chains and builds are measured."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """Who is measured, doing what; `others` are the sides beside runner."""

    runner: Runner
    others: Sequence[Side]
    api: APIClient
    url: str
    folder: Path
    wanted: frozenset[Scenario]

    def measure(self, rounds: Mapping[int, int]) -> Iterator[Sample]:
        """Measure lives round by round, then the rest; `rounds` has how many there are of each size."""
        for number in range(max(rounds.values())):
            for size in (size for size, count in rounds.items() if number < count):
                yield from self._lives(number, size)
        yield from Commands(self.runner).measure(self.wanted)
        for _ in range(_TIMES if Scenario.CHAIN in self.wanted else 0):
            yield from chain.measure(self.runner, self.api)
        if self.wanted & {*BUILDS}:
            yield from Builds(self.runner, self.url, self.folder).measure(_TIMES)

    def imports(self) -> Mapping[Scenario, Imports]:
        """Tell what the commands that are wanted import."""
        return dict(Commands(self.runner).imports(self.wanted))

    def _lives(self, number: int, size: int) -> Iterator[Sample]:
        """Take all sides through their lives; in each round another one goes first."""
        sides = [self.runner, *self.others]
        turn = number % len(sides)
        wanted = self.wanted | {UNPROVED[scenario] for scenario in self.wanted & UNPROVED.keys()}
        for proof, chapters in CHAPTERS.items():
            for side in (*sides[turn:], *sides[:turn]):
                if wanted & {*chapters} and takes_part(side, proof):
                    yield from live(side, size, proof, wanted, self.api)
