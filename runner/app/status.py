"""The status of every resource of a workflow: desired and live state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from runner.app.planning import plan_against_engine, prepare
from runner.app.published_urls import published_urls
from runner.core.diagnostic import Diagnostic
from runner.core.plan import Action, Change, Plan, Reason
from runner.core.sensitive import MASK, is_sensitive
from runner.core.struct import Struct, field
from runner.views.status_row import RUNNING, StatusRow, Sync

if TYPE_CHECKING:
    from runner.app.loaded_workflow import LoadedWorkflow
    from runner.app.workspace import Workspace
    from runner.core.gateway import Gateway
    from runner.core.health import Health
    from runner.core.state import RetainedData


class WorkflowStatus(Struct):
    """The status of a workflow's resources, and what is to be said about them."""

    workflow: str
    rows: Sequence[StatusRow]
    problems: Sequence[Diagnostic] = ()
    """What prevents an apply."""
    warnings: Sequence[Diagnostic] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    """The texts of the files that the findings point into."""


def workflow_status(workflow: LoadedWorkflow, gateway: Gateway, workspace: Workspace) -> WorkflowStatus:
    """Compare a workflow with an engine, with its sensitive values masked."""
    prepared = prepare(workflow, gateway, workspace)
    plan = workflow.redactor.plan(plan_against_engine(prepared, gateway))
    rows = status_rows(plan, gateway.address)
    return WorkflowStatus(plan.workflow, rows, plan.problems, plan.warnings, workflow.sources)


def status_rows(plan: Plan, engine: str) -> Sequence[StatusRow]:
    """Return a row for each resource of a plan, what it leaves alone, and retained data; `engine` is its URL."""
    left = (Change(one.address, Action.NOOP, observed=one) for one in plan.left_alone)
    return [
        *(_row(change, engine, _sync(change)) for change in plan.changes),
        *(_row(change, engine, Sync.LEFT_ALONE) for change in left),
        *map(_retained_row, plan.retained),
    ]


def _row(change: Change, engine: str, sync: Sync) -> StatusRow:
    from runner.kinds.container.web_ports import web_ports

    live = change.observed
    health = live.health if live else None
    ports = _ports(change, health)
    return StatusRow(
        change.address,
        sync,
        phase=health.phase if health else None,
        health=health.health if health else None,
        uptime=_uptime(health.since) if health and health.phase == RUNNING else None,
        ports=ports,
        urls=published_urls(ports, engine, web_ports(change.desired)) if ports else {},
        exit_code=health.exit_code if health else None,
        restarts=health.restarts if health else 0,
        image_id=_image_id(_image(change)),
        image_name=_image_name(_image(change)),
        spread=health.spread if health else None,
    )


def _ports(change: Change, health: Health | None) -> tuple[str, ...]:
    """Return the published ports; a mask if any of the declared ports is sensitive."""
    ports = health.ports if health else ()
    return (MASK,) if ports and any(is_sensitive(place, ("ports",)) for place in change.sensitive_places) else ports


def _retained_row(data: RetainedData) -> StatusRow:
    return StatusRow(data.address, Sync.RETAINED, owner=data.owner, target=data.target)


def _sync(change: Change) -> Sync:
    if change.observed and change.reasons and {Reason.REQUESTED, Reason.UNMANAGED}.issuperset(change.reasons):
        return Sync.IN_SYNC  # but to be redone anyway, or to be adopted as it is
    sync = {
        Action.NOOP: Sync.IN_SYNC if change.observed else Sync.MISSING,
        Action.CREATE: Sync.TAKEN if change.name_conflict else Sync.MISSING,
        Action.DELETE: Sync.ORPHAN,
    }
    return sync.get(change.action, Sync.DRIFTED)


def _image(change: Change) -> str:
    """Return the image that it is or uses, by id or reference; empty if it doesn't exist or has none."""
    from runner.kinds.image import IMAGE

    live = change.observed
    if live is None:
        return ""
    return str((live.id if change.address.kind == IMAGE.name else live.fields.get("image")) or "")


def _image_id(image: str) -> str | None:
    """Return the id or digest of an image; None if only its name is known."""
    name, _, digest = image.partition("@")
    return digest or (None if _image_name(image) else name) or None


def _image_name(image: str) -> str | None:
    """Return the name of an image without its digest, if it has one: it is as the nodes of a swarm know it."""
    name = image.partition("@")[0]
    return name if ":" in name and not name.startswith("sha256:") else None


def _uptime(since: str | None) -> int | None:
    """Return the seconds since an engine timestamp, whose nanoseconds Python can't parse; None without one."""
    if not since:
        return None
    moment = datetime.strptime(since[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    return max(0, int((datetime.now(UTC) - moment).total_seconds()))
