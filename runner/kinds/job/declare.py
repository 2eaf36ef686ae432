"""From an entry under `jobs` to its resource."""

from __future__ import annotations

from collections.abc import Iterable

from runner.core.state import Resource
from runner.core.values import Value
from runner.kinds.container.declare.resources import declare_as
from runner.kinds.container.options.lifecycle import SUCCEEDED
from runner.kinds.job.options import BACKOFF, RETRIES
from runner.kinds.job.settings import JobSettings, Rerun
from runner.resource.declaration import Declaration
from runner.resource.scalars import SECOND


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Declare the job, and the implicit resources that it uses."""
    yield from declare_as("job", declaration, read_settings(declaration), state=SUCCEEDED)


def read_settings(declaration: Declaration) -> JobSettings:
    """Read how a job is run."""
    values = declaration.values
    retries = values.get("retries", RETRIES)
    return JobSettings(
        retries=retries if isinstance(retries, int) else RETRIES,
        backoff=_seconds(values.get("backoff", BACKOFF)) or 0.0,
        timeout=_seconds(values.get("timeout")),
        rerun=Rerun(values.get("rerun", Rerun.ON_CHANGE.value)),
    )


def _seconds(duration: Value) -> float | None:
    return duration / SECOND if isinstance(duration, int) else None
