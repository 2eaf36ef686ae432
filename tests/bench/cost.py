"""What something costs: wall clock, processor time and, for a command, peak memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LAUNCHER = Path(__file__).with_name("launch.py")
_OUTPUT_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall clock and of processor (user and system), and bytes that were resident at most.

    A command's cover whatever it waited for; None is said of work in this process, whose peak is not its own.
    """

    wall: float
    cpu: float
    peak: int | None = None


def of_command(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run a command to its end; RuntimeError with what it wrote when it fails."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", _LAUNCHER, *command],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"exit {done.returncode}: {' '.join(command)}\n{done.stderr[-_OUTPUT_SHOWN:]}")
    wall, cpu, peak = done.stdout.split()
    return Cost(float(wall), float(cpu), int(peak))


def of_call(work: Callable[[], object]) -> Cost:
    """Do something in this process, in as many threads as it likes."""
    started, busy = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - started, time.process_time() - busy)
