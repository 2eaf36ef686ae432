"""The command line as a fixture."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.cli import Cli
from tests.harness.engine import Engine


@pytest.fixture
def cli(engine: Engine, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Runs runner in `tmp_path`, with an empty home."""
    return Cli(engine, tmp_path, tmp_path_factory.mktemp("home"))
