"""How many examples a property test tries: `make unit` a tenth of what `make test` does."""

from __future__ import annotations

import os
from typing import Final

IS_QUICK: Final = bool(os.environ.get("RUNNER_QUICK"))


def examples(usual: int) -> int:
    """Return how many examples to try, of so many that are usual."""
    return max(5, usual // 10) if IS_QUICK else usual
