"""The fields of images on a swarm: as on an engine, but that a push decides by which digest services run it."""

from __future__ import annotations

from runner.core.plan import Action, Effect, FieldDiff
from runner.core.state import Resource
from runner.core.struct import replace
from runner.kinds.image import operations as of_engine
from runner.kinds.image.options import INTERNAL_FIELDS as OF_ENGINE
from runner.kinds.image.options import NAMES, PUSHED
from runner.kinds.image.settings import BuildSettings

INTERNAL_FIELDS = tuple(replace(row, on_change=Effect.REPLACE) if row is PUSHED else row for row in OF_ENGINE)
_DELIVERED = (NAMES.name, PUSHED.name)


def is_only_pushed(diff: tuple[FieldDiff, ...]) -> bool:
    """Return whether a build is only to be tagged or pushed."""
    return bool(diff) and all(found.path in _DELIVERED for found in diff)


def action_label(desired: Resource | None, action: Action, diff: tuple[FieldDiff, ...]) -> str:
    """Return the label of an action: build, tag, push, or resolve a name in its registry."""
    if desired is None or isinstance(desired.settings, BuildSettings):
        action = Action.UPDATE if action is Action.REPLACE and is_only_pushed(diff) else action
        return of_engine.action_label(desired, action, diff)
    return "resolve" if action in (Action.CREATE, Action.REPLACE) else action.value
