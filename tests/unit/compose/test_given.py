"""Compose files as people have them, where a folder of such is given, with Docker Compose's own answers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.compose.cases import Case, judge, real

_FOLDER = os.environ.get("RUNNER_COMPOSE_CASES")
CASES = [*real(Path(_FOLDER))] if _FOLDER else []


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_real_project_is_read_as_compose_reads_it(case: Case) -> None:
    judge(case)
