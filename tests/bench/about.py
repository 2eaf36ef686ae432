"""What a measurement has to be read with: versions, the machine, how it was taken."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from docker import APIClient

from runner import __version__
from tests.bench.installed import Installed

_GIB = 1024**3


def about(api: APIClient, installed: Installed, compose: str | None, rounds: Mapping[int, int]) -> dict[str, Any]:
    """Find out everything that is worth telling; `compose` is its version."""
    engine = api.version()
    return {
        "date": date.today().isoformat(),
        "runner": f"{__version__} {installed.described}",
        "python": platform.python_version(),
        "engine": f"{engine['Version']} (API {engine['ApiVersion']})",
        "compose": compose,
        "kernel": platform.release(),
        "processor": _processor(),
        "processors": len(os.sched_getaffinity(0)),
        "memory": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB),
        "load": round(os.getloadavg()[0], 1),
        "rounds": dict(rounds),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def caption(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield what stands above the tables, a line each."""
    compose = f"Compose {facts['compose']}" if facts["compose"] else "no Docker Compose, so its columns are left out"
    yield f"{facts['date']}: runner {facts['runner']}, Python {facts['python']}"
    yield f"Docker Engine {facts['engine']}; {compose}"
    yield f"{facts['processors']} × {facts['processor']}, {facts['memory']} GiB, Linux {facts['kernel']}"
    yield f"load at the start: {facts['load']}; medians of alternating rounds, {_rounds(facts['rounds'])}"


def _rounds(rounds: Mapping[int, int]) -> str:
    return ", ".join(f"{count} of {size}" for size, count in rounds.items())
