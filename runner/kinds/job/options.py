"""The keys of a job: those of every kind that runs as a container, and how it is run."""

from __future__ import annotations

from runner.core.plan import Effect
from runner.core.struct import replace
from runner.kinds.container.declare.settings import COMMON_SETTINGS
from runner.kinds.container.options import COMMON
from runner.kinds.container.options.first_network import FIRST_NETWORK
from runner.kinds.container.options.lifecycle import NAME, OUTCOME
from runner.kinds.job.settings import Rerun
from runner.resource.field import Field, Setting
from runner.resource.scalars import DURATION, SECOND, integer, matching
from runner.resource.service_binding import OF_RUNNER

RETRIES = 0
BACKOFF = SECOND
"""Defaults: the number of retries, and the delay before the first one in nanoseconds."""

_RERUNS = [rerun.value for rerun in Rerun]

SETTINGS = (
    *COMMON_SETTINGS,
    Setting(
        name="retries",
        codec=integer(0, 1000, phrase="a whole number from 0"),
        doc="Number of retries on failure; default: 0.",
        examples=(3,),
        service=OF_RUNNER,
    ),
    Setting(
        name="backoff",
        codec=DURATION,
        doc="Delay before a retry, doubled each time; default: 1s.",
        examples=("5s",),
        service=OF_RUNNER,
    ),
    Setting(
        name="timeout",
        codec=DURATION,
        doc="Timeout of one attempt, after which it is stopped and fails; default: --timeout.",
        examples=("10m",),
        service=OF_RUNNER,
    ),
    Setting(
        name="rerun",
        codec=matching("|".join(_RERUNS), f"{', '.join(_RERUNS[:-1])} or {_RERUNS[-1]}"),
        doc="When a succeeded job runs again: on_change (image, options or files changed), "
        "always (on each apply) or never. Pruning its container does not rerun it; with never, nor does recreating "
        "a volume it uses: its container is removed (release), the record of its run is kept. "
        "A failed job always runs again.",
        examples=("always",),
        service=OF_RUNNER,
    ),
)


def _run_again(row: Field) -> Field:
    """Make a change of a row require another run: nothing of a finished run can be updated in place."""
    return replace(row, on_change=Effect.REPLACE, on_unset=Effect.REPLACE)


FIELDS = tuple(map(_run_again, COMMON))
INTERNAL_FIELDS = (NAME, _run_again(OUTCOME), FIRST_NETWORK)
TABLE = (*FIELDS, *INTERNAL_FIELDS)
"""All fields that are compared with the engine."""
