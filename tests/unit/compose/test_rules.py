"""Each rule of reading Compose files, with Docker Compose's own answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compose.cases import Case, judge, rules

CASES = [*rules(Path(__file__).parent / "rules")]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_project_is_read_as_compose_reads_it(case: Case) -> None:
    judge(case)
