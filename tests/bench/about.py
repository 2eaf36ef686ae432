"""What a measurement has to be read with: versions, the machine, how it was taken."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from typing import Any

from docker import APIClient

from runner import __version__
from tests.bench.sides import PARALLEL, compose_version


def about(api: APIClient, rounds: int) -> dict[str, Any]:
    """Find out everything that is worth telling."""
    engine = api.version()
    return {
        "runner": __version__,
        "python": platform.python_version(),
        "engine": f"{engine['Version']} (API {engine['ApiVersion']})",
        "compose": compose_version(),
        "kernel": platform.release(),
        "processors": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
        "rounds": rounds,
    }


def caption(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines above the table."""
    compose = f"Compose {facts['compose']}" if facts["compose"] else "no Compose installed"
    yield f"runner {facts['runner']} on Python {facts['python']}, {compose}, engine {facts['engine']}"
    processors = f"{facts['processors']} processor{'' if facts['processors'] == 1 else 's'}"
    yield f"Linux {facts['kernel']}, {processors}, load {facts['load']} at the start"
    yield f"medians of {facts['rounds']} alternating rounds; cpu: user and system; MB: peak memory"
    yield f"floor: the bare calls through the docker SDK, {PARALLEL} at a time; ratio: to the floor in the same round"
    yield "runner alone watches for a second whether what it started keeps running (update.settle)"
