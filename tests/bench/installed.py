"""The runner that is measured: installed as a user has it, unless there is one to be measured already."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.bench.sides import ROOT
from tests.harness.package import copy_package


@dataclass(frozen=True, slots=True)
class Installed:
    """A virtual environment with runner in it, and what to call that."""

    folder: Path
    described: str

    @property
    def command(self) -> str:
        """Its runner command."""
        return str(self.folder / "bin" / "runner")

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.folder / "bin" / "python")


def found_in(folder: Path) -> Installed:
    """Take the runner of an environment that is there."""
    return Installed(folder.absolute(), f"of {folder.name}")


def installed_into(folder: Path) -> Installed:
    """Install this checkout as a wheel into a fresh environment; pip compiles what it installs."""
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    target = ["--python", str(environment / "bin" / "python"), "install"]
    source = str(copy_package(folder / "source"))
    done = subprocess.run([*pip, *target, source], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"runner could not be installed to be measured:\n{done.stderr}")
    return Installed(environment, f"at {_commit()}, installed as a wheel")


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "an unknown commit"
