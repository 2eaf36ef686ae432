"""Networks and volumes as the engine lists them, with all there is to tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from runner.core.values import read_moment
from runner.kinds.shared import label_overrides
from runner.kinds.shared.named_resource import id_of
from runner.resource.census import EngineLists, OwnedResource, read_owned
from runner.resource.labels import is_on_swarm

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON


def list_networks(lists: EngineLists) -> Iterator[OwnedResource]:
    """Yield the networks of all workflows."""
    return _list_named("network", lists.networks, lists)


def list_volumes(lists: EngineLists) -> Iterator[OwnedResource]:
    """Yield the volumes of all workflows."""
    return _list_named("volume", label_overrides.user_volumes(lists.volumes), lists)


def _list_named(kind: str, listed: Iterable[EngineJSON], lists: EngineLists) -> Iterator[OwnedResource]:
    records = label_overrides.find(kind, lists.records)
    for document in listed:
        if is_on_swarm(document):
            continue
        labels = records.labels(id_of(document), document.get("Labels") or {})
        created = read_moment(str(document.get("Created") or document.get("CreatedAt") or ""))
        owned = read_owned(kind, labels, created=created)
        if owned is not None:
            yield owned
