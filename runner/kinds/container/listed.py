"""Containers as the engine lists them: what can be told of them without inspecting each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from runner.core.address import Address
from runner.core.health import Health
from runner.core.lazy_pattern import lazy_pattern
from runner.core.struct import replace
from runner.kinds.container.names import NEW, OLD, STARTING, suffix_of
from runner.kinds.container.options.lifecycle import COMPLETED
from runner.kinds.shared import label_overrides
from runner.resource.census import EngineLists, OwnedResource, read_owned
from runner.resource.labels import COMPLETION

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON

_HEALTH: Final = lazy_pattern(r"\((?:health: )?(healthy|unhealthy|starting)\)")
_EXIT_CODE: Final = lazy_pattern(r"(?:Exited|Restarting) \((-?\d+)\)")
_GOING: Final = ("removing", "dead")
"""States of one whose removal has begun, or failed."""


def list_owned(lists: EngineLists) -> Iterator[OwnedResource]:
    """Yield the containers of all workflows."""
    return list_owned_as("container", lists)


def list_owned_as(kind: str, lists: EngineLists) -> Iterator[OwnedResource]:
    """Yield the containers of all workflows that are of one kind; of several with one address, others are abandoned."""
    records = label_overrides.find(kind, lists.records)
    completed = {record.labels.get(COMPLETION) for record in lists.records}
    taken: set[tuple[str, Address]] = set()
    for short in sorted(lists.containers, key=_rank):
        labels = records.labels(short["Id"], short.get("Labels") or {})
        created = float(short["Created"]) if isinstance(short.get("Created"), int | float) else None
        owned = read_owned(kind, labels, health=read_listed_health(short), created=created)
        if owned is not None:
            is_abandoned = _rank(short) == _LAST or (owned.workflow, owned.address) in taken
            taken |= set() if is_abandoned else {(owned.workflow, owned.address)}
            yield replace(_as_completed(owned) if short["Id"] in completed else owned, abandoned=is_abandoned)


def _as_completed(owned: OwnedResource) -> OwnedResource:
    """Return a container with a record of a completion as completed; the list doesn't tell whether of this end."""
    health = owned.health
    has_ended = health is not None and (health.phase, health.exit_code) == ("exited", 0)
    return replace(owned, health=replace(health, phase=COMPLETED)) if health and has_ended else owned


def read_listed_health(short: EngineJSON) -> Health:
    """Read the health of a listed container, which is a part of its status in words."""
    status = str(short.get("Status") or "")
    health, code = _HEALTH.search(status), _EXIT_CODE.match(status)
    return Health(
        str(short.get("State") or ""), health[1] if health else None, exit_code=int(code[1]) if code else None
    )


_RANKS: Final = {"": 0, OLD: 1, STARTING: 2, NEW: 3}
_LAST: Final = _RANKS[NEW]


def _rank(short: EngineJSON) -> int:
    """Rank the containers of one address, as `observe` does: the real name first; a new or dying one doesn't count."""
    suffixes = [suffix_of(str(name)) for name in short.get("Names") or ()]
    return _LAST if short.get("State") in _GOING else max((_RANKS[suffix] for suffix in suffixes), default=0)
