"""Takeovers, which are probably a mistake: one file removes most of what another file of the same name created.

The engine records which file created a resource, so every machine knows it; for resources created by an older
runner, the history on this client is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from runner.app.file_origin import is_same_file, origin_of
from runner.core.plan import Action, Change, Plan
from runner.core.struct import Struct
from runner.history.store import list_runs, state_folder
from runner.kinds.container import CONTAINER
from runner.kinds.job import JOB

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.redact import Redactor

_RUNNING_KINDS: Final = (CONTAINER.name, JOB.name)
_WAY_OUT: Final = "rename one of the two workflows"


class Takeover(Struct):
    """A removal by `file` of at least half the containers and jobs, at least half of those created by other files.

    `going` are the removed resources created by other files; `last` is the file that created most of them."""

    file: str
    last: str
    going: tuple[Change, ...]

    def __str__(self) -> str:
        names = ", ".join(str(change.address) for change in self.going)
        return f'"{self.last}" was last applied under this workflow name; "{self.file}" would remove its {names}'

    @property
    def way_out(self) -> str:
        """Return how to resolve it."""
        return _WAY_OUT

    def covers(self, other: Takeover) -> bool:
        """Return whether approval of this takeover also covers another one."""
        asked = {change.address for change in self.going}
        return self.last == other.last and all(change.address in asked for change in other.going)


def find_takeover(plan: Plan, gateway: Gateway, redactor: Redactor, environ: Mapping[str, str]) -> Takeover | None:
    """Return what a plan would take over from another file, as far as recorded; None if that is little or nothing.

    A plan without a file takes over nothing: a workflow given by name includes everything with that name.
    """
    if not plan.file:
        return None
    live = [change for change in plan.changes if _runs(change)]
    going = [change for change in live if change.action is Action.DELETE]
    if not going or 2 * len(going) < len(live):
        return None
    past = _last_file(plan, gateway, redactor, environ) if _needs_record(plan, going) else ""
    files = [(change.observed and change.observed.file) or past for change in going]
    others = Counter(file for file in files if file and not is_same_file(file, plan.file))
    if 2 * others.total() < len(going) or not others:
        return None
    last = max(others, key=lambda file: (others[file], file == past))
    return Takeover(plan.file, last, tuple(change for change, file in zip(going, files, strict=True) if file in others))


def _needs_record(plan: Plan, going: Sequence[Change]) -> bool:
    """Return whether the live resources don't say themselves which file made them, and that it is this one."""
    return any(
        not change.observed or not change.observed.file or not is_same_file(change.observed.file, plan.file)
        for change in going
    )


def _runs(change: Change) -> bool:
    live = change.observed
    return live is not None and live.owned and not live.abandoned and change.address.kind in _RUNNING_KINDS


def _last_file(plan: Plan, gateway: Gateway, redactor: Redactor, environ: Mapping[str, str]) -> str:
    try:
        runs = list_runs(state_folder(environ), plan.workflow)
    except OSError:
        return ""
    done = (run for run in runs if run.header.changed and not (run.ending and run.ending.result == "refused"))
    files = (run.header.file for run in done if run.header.is_on(plan.engine.id, gateway.address))
    return next((origin_of(file, redactor) for file in files if file is not None), "")
