"""The settings of jobs."""

from __future__ import annotations

from enum import Enum

from runner.kinds.container.settings import ProcessSettings


class Rerun(Enum):
    """When a job that succeeded runs again."""

    ON_CHANGE = "on_change"
    ALWAYS = "always"
    NEVER = "never"


class JobSettings(ProcessSettings, kw_only=True):
    """How a job is run."""

    retries: int
    backoff: float
    """Seconds before the first retry."""
    timeout: float | None
    """Seconds that one attempt may take; None: the run's timeout."""
    rerun: Rerun
