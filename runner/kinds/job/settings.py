"""The settings of jobs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from runner.kinds.container.settings import ProcessSettings


class Rerun(Enum):
    """When a job that succeeded runs again."""

    ON_CHANGE = "on_change"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSettings(ProcessSettings):
    """How a job is run."""

    retries: int
    backoff: float
    """Seconds before the first retry."""
    timeout: float | None
    """Seconds that one attempt may take; None: the run's timeout."""
    rerun: Rerun
