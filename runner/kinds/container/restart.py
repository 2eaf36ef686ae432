"""The restart of a container as it is, as a change."""

from __future__ import annotations

from runner.core.plan import Action, Change, Effect, FieldDiff, Reason
from runner.core.state import ObservedResource, Resource
from runner.kinds.container.settings import ContainerSettings
from runner.kinds.container.sharing import RESTARTED


def restart(live: ObservedResource, declared: Resource | None, reason: Reason) -> Change:
    """Return the change that restarts a container, as what is declared of it, else with the usual settings."""
    resource = declared or Resource(live.address, live.engine_name, settings=ContainerSettings())
    diff = FieldDiff("state", live.fields.get("state"), RESTARTED, reason, Effect.UPDATE)
    return Change(live.address, Action.UPDATE, (reason,), (diff,), "restart", resource, live)
