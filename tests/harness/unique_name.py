"""Names that no two tests share."""

from __future__ import annotations

import re
from uuid import uuid4


def unique_name(test: str) -> str:
    """Make the name of a workflow of a test's."""
    words = re.sub(r"[^a-z0-9]+", "-", test.lower().removeprefix("test_")).strip("-")
    return f"{words[:32].rstrip('-')}-{uuid4().hex[:6]}"
