"""Compose files as people have them, where a folder of such is given, with Docker Compose's own answers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.compose.cases import Case, answer, judge, real

_FOLDER = os.environ.get("RUNNER_COMPOSE_CASES")
CASES = [*real(Path(_FOLDER))] if _FOLDER else []
DIFFERENCES = {
    "compose-pkg-e2e-fixtures-build-test-ssh": "Compose reads the file, and then can't write its own model as JSON",
}
"""Cases that Compose refuses and runner doesn't, each with the reason."""


@pytest.mark.skipif(not CASES, reason="RUNNER_COMPOSE_CASES names no folder")
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_real_project_is_read_as_compose_reads_it(case: Case) -> None:
    if case.name in DIFFERENCES:
        assert case.expected is None
        assert answer(case)[0] is not None
    else:
        judge(case)
