"""What looks like a mistake: removing, by one file, most of what another file of the same name made.

Which file made a resource is on record on the engine, so that it is known on every machine; for what an older runner
made, the history of this client tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runner.app.file_origin import is_same_file, origin_of
from runner.core.plan import Action, Change, Plan
from runner.history.store import list_runs, state_folder
from runner.kinds.container import CONTAINER
from runner.kinds.job import JOB

if TYPE_CHECKING:
    from runner.core.redact import Redactor

_RUNNING_KINDS: Final = (CONTAINER.name, JOB.name)
_WAY_OUT: Final = "rename one of the two workflows"


@dataclass(frozen=True, slots=True)
class Takeover:
    """At least half of the containers and jobs would go, and another file than `file` made most of those: `last`."""

    file: str
    last: str
    going: tuple[Change, ...]

    def __str__(self) -> str:
        names = ", ".join(str(change.address) for change in self.going)
        return f'"{self.last}" was last applied under this workflow name; "{self.file}" would remove its {names}'

    @property
    def way_out(self) -> str:
        """Return what to do about it."""
        return _WAY_OUT

    def covers(self, other: Takeover) -> bool:
        """Tell whether who agreed to this one has agreed to another one, too."""
        asked = {change.address for change in self.going}
        return self.last == other.last and all(change.address in asked for change in other.going)


def find_takeover(plan: Plan, redactor: Redactor, environ: Mapping[str, str]) -> Takeover | None:
    """Return what a plan would take from another file, as far as that is on record; None for nothing much.

    A plan that no file was made into takes nothing: who calls a workflow by its name means whatever bears it.
    """
    if not plan.file:
        return None
    live = [change for change in plan.changes if _runs(change)]
    going = [change for change in live if change.action is Action.DELETE]
    if not going or 2 * len(going) < len(live):
        return None
    past = _last_file(plan, redactor, environ)
    files = [(change.observed and change.observed.file) or past for change in going]
    others = Counter(file for file in files if file and not is_same_file(file, plan.file))
    if 2 * others.total() < len(going) or not others:
        return None
    last = max(others, key=lambda file: (others[file], file == past))
    return Takeover(plan.file, last, tuple(change for change, file in zip(going, files, strict=True) if file in others))


def _runs(change: Change) -> bool:
    live = change.observed
    return live is not None and live.owned and not live.abandoned and change.address.kind in _RUNNING_KINDS


def _last_file(plan: Plan, redactor: Redactor, environ: Mapping[str, str]) -> str:
    try:
        runs = list_runs(state_folder(environ), plan.workflow)
    except OSError:
        return ""
    done = (run for run in runs if run.header.changed and not (run.ending and run.ending.result == "refused"))
    files = (run.header.file for run in done if run.header.engine_id == plan.engine.id)
    return next((origin_of(file, redactor) for file in files if file is not None), "")
