"""When a job runs again."""

from __future__ import annotations

from runner.core.state import ObservedResource, Resource
from runner.kinds.container.options.lifecycle import SUCCEEDED
from runner.kinds.job.settings import JobSettings, Rerun


def is_running(live: ObservedResource) -> bool:
    """Return whether the run has not ended yet: the process that began it was killed, or waits for it elsewhere."""
    return live.fields["state"] in ("running", "paused")


def is_done(live: ObservedResource) -> bool:
    """Return whether the run succeeded."""
    return live.fields["state"] == SUCCEEDED


def is_done_for_good(resource: Resource, live: ObservedResource) -> bool:
    """Return whether the job succeeded and never reruns, whatever happens to its inputs and dependencies."""
    return resource.settings_as(JobSettings).rerun is Rerun.NEVER and is_done(live)
