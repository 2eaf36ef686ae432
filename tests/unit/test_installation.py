"""What pip makes of the project: a command that brings its schemas along. Pip fetches setuptools for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.package import copy_package

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an installation."""
    target = tmp_path_factory.mktemp("installed")
    source = copy_package(tmp_path_factory.mktemp("source"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--target", target, source], check=True, timeout=120)
    return target


def run(installed: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [installed / "bin" / "runner", *arguments]
    return subprocess.run(command, cwd=installed, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", ["workflow", "event", "plan"])
def test_an_installed_runner_prints_each_schema(installed: Path, name: str):
    shipped = ROOT / "schemas" / f"{name}.schema.json"
    assert run(installed, "schema", name) == shipped.read_text("utf-8")
    assert (installed / "runner" / "schemas" / shipped.name).read_bytes() == shipped.read_bytes()


def test_an_installed_runner_prints_the_reference(installed: Path):
    assert run(installed, "schema", "reference") == (ROOT / "schemas" / "README.md").read_text("utf-8")


def test_an_installation_holds_the_package_and_nothing_beside_it(installed: Path):
    assert {entry.name for entry in installed.iterdir() if not entry.name.endswith("-info")} == {"runner", "bin"}
    assert (installed / "runner" / "py.typed").exists()
    assert {path.suffix for path in (installed / "runner" / "views" / "page").iterdir()} >= {".css", ".js"}
    assert {path.stem for path in (installed / "runner" / "templates").iterdir()} == {
        "web",
        "app",
        "proxy",
        "batch",
        "gitignore",
    }
