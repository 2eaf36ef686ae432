"""A checkout whose modules are compiled anew for each command says so."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import runner


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return the folder of a copy that is not compiled."""
    source = Path(runner.__file__).parent
    shutil.copytree(source, tmp_path / "runner", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def slow_folder(checkout: Path, **environ: str) -> str:
    """Return what a process that uses the copy says."""
    code = f"import sys; sys.path.insert(0, {str(checkout)!r}); from runner.app.doctor.bytecode import slow_folder as f"
    told = subprocess.run(
        [sys.executable, "-c", f"{code}; print(f())"],
        env={**{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}, **environ},
        cwd="/",
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout.strip()


def test_one_that_must_not_be_compiled_is_told(checkout: Path) -> None:
    assert slow_folder(checkout, PYTHONDONTWRITEBYTECODE="1") == str(checkout / "runner")


def test_one_that_was_compiled_is_as_quick_as_any(checkout: Path) -> None:
    compileall.compile_dir(checkout / "runner", quiet=2)

    assert slow_folder(checkout, PYTHONDONTWRITEBYTECODE="1") == "None"


def test_one_that_python_compiles_by_itself_needs_nothing(checkout: Path) -> None:
    assert slow_folder(checkout) == "None"
