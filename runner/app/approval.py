"""Approval of what a plan destroys or takes over: before the run, and again once the lock is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.app.data_loss import DataLoss, find_data_loss
from runner.app.takeover import Takeover, find_takeover
from runner.core.errors import Cancelled, RunnerError
from runner.core.plan import Plan

if TYPE_CHECKING:
    from runner.app.frontend import Frontend
    from runner.app.request import RunRequest


def approve(request: RunRequest, frontend: Frontend) -> Callable[[], Plan]:
    """Have every consequence of the plan approved; return a `replan` that rejects unapproved ones.

    Raises Cancelled if one is declined.
    """
    loss, takeover = find_data_loss(request.plan), _takeover(request, request.plan)
    for consequence in (loss, takeover):
        if consequence is not None and not frontend.approves_all and not frontend.approve(consequence):
            raise Cancelled("not approved")

    def replan() -> Plan:
        plan = request.replan()
        if plan.problems:
            raise request.workflow.invalid(plan.problems)
        if not frontend.approves_all:
            _refuse_new_loss(loss, find_data_loss(plan))
            _refuse_new_takeover(takeover, _takeover(request, plan))
        return plan

    return replan


def _takeover(request: RunRequest, plan: Plan) -> Takeover | None:
    return find_takeover(plan, request.gateway, request.workflow.redactor, request.workspace.environ)


def _refuse_new_loss(approved: DataLoss | None, now: DataLoss | None) -> None:
    known = approved.addresses if approved else ()
    doomed = ", ".join(str(address) for address in (now.addresses if now else ()) if address not in known)
    if doomed:
        raise RunnerError(
            f"this now also destroys the data of {doomed}", help="review it with: runner plan", code="refused"
        )


def _refuse_new_takeover(approved: Takeover | None, now: Takeover | None) -> None:
    if now is not None and not (approved and approved.covers(now)):
        raise RunnerError(
            f"changed since you confirmed: {now}", help=f"pass --yes to confirm, or {now.way_out}", code="refused"
        )
