"""When a job runs again."""

from __future__ import annotations

from enum import Enum

from runner.core.state import Observed


class Rerun(Enum):
    """What makes a job that succeeded run again."""

    ON_CHANGE = "on_change"
    ALWAYS = "always"
    NEVER = "never"


def is_at_work(live: Observed) -> bool:
    """Tell whether the run has not ended yet: whoever began it was killed meanwhile, or waits elsewhere."""
    return live.fields["state"] in ("running", "paused")
