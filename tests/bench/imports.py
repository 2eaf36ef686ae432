"""What a Python command imports, by the interpreter's own count (`-X importtime`)."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"^import time:\s+(\d+) \|\s+\d+ \|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Imports:
    """How many modules are imported, the interpreter's own among them, and the seconds that it takes.

    To count them costs time, too: the seconds are somewhat more than without.
    """

    modules: int
    seconds: float


def imports_of(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Imports:
    """Run a command that was started with `-X importtime`."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return parse(done.stderr)


def parse(listed: str) -> Imports:
    """Add up the time that each module takes by itself.

    >>> parse('''import time: self [us] | cumulative | imported package
    ... import time:       200 |        200 |   _io
    ... import time:       100 |        300 | io
    ... ''')
    Imports(modules=2, seconds=0.0003)
    """
    own = [int(microseconds) for microseconds in _LINE.findall(listed)]
    return Imports(len(own), sum(own) / 1_000_000)
