"""The command line rests on what click 8.1 has: its classes are generic only in later ones."""

from __future__ import annotations

import re
from pathlib import Path

RUNNER = Path(__file__).parents[2] / "runner"


def test_no_class_of_clicks_is_subscripted_where_it_is_run() -> None:
    found = [
        f"{path.relative_to(RUNNER)}: {match[0]}"
        for path in RUNNER.rglob("*.py")
        for match in re.finditer(r"class \w+\(click\.\w+\[", path.read_text("utf-8"))
    ]
    assert found == []
