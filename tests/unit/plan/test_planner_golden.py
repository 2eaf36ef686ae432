"""Every file of cases/ gives the plan in its .plan.

After a change that is meant: RUNNER_UPDATE_GOLDEN=1 pytest tests/unit/plan, then read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.plan.case import Case, printed

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_a_case_gives_its_plan(file: Path, tmp_path: Path):
    text, golden = printed(Case.read(file).plan(tmp_path)), file.with_suffix(".plan")
    if os.environ.get("RUNNER_UPDATE_GOLDEN"):
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
