"""When a job runs again."""

from __future__ import annotations

from enum import Enum

from runner.core.state import ObservedResource, Resource
from runner.kinds.container.options.lifecycle import SUCCEEDED


class Rerun(Enum):
    """What makes a job that succeeded run again."""

    ON_CHANGE = "on_change"
    ALWAYS = "always"
    NEVER = "never"


def is_running(live: ObservedResource) -> bool:
    """Tell whether the run has not ended yet: whoever began it was killed meanwhile, or waits elsewhere."""
    return live.fields["state"] in ("running", "paused")


def is_done(live: ObservedResource) -> bool:
    """Tell whether the run ended well."""
    return live.fields["state"] == SUCCEEDED


def is_done_for_good(resource: Resource, live: ObservedResource) -> bool:
    """Tell whether it has run and is never to run again, whatever becomes of what it is made of and rests on."""
    return resource.settings["rerun"] is Rerun.NEVER and is_done(live)
