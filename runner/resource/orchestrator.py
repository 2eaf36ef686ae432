"""What runs a workflow: one engine, or a swarm of them. Each has kinds of its own under the same sections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from runner.core.struct import Struct
from runner.resource.kind import Catalog, Kind, Sections

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineEvent, EngineJSON
    from runner.core.errors import EngineError
    from runner.core.gateway import Gateway
    from runner.core.label_store import LabelStore
    from runner.core.sensitive import Places
    from runner.core.state import DesiredState, ObservedResource, Resource
    from runner.resource.census import EngineLists
    from runner.resource.instance import Instances

GrantedTexts: TypeAlias = (
    "Callable[[Gateway, ObservedResource, Places, DesiredState | None], Iterator[str | EngineError]]"
)
"""Yields what the sensitive files that a resource was given have in them, and an error for each that can't be known."""


class Orchestrator(Struct, kw_only=True):
    """What the stages need to know of what runs a workflow."""

    sections: Sections
    """What a file can declare for it."""
    catalog: Catalog
    events: Callable[[Gateway, str], Iterator[EngineEvent]]
    """Streams the events of everything that a workflow owns; the subscription is active when the call returns."""
    label_store: Callable[[Gateway], LabelStore]
    """Returns where runner keeps records of its own, such as the lock."""
    ask_ahead: Callable[[Gateway], None]
    """Asks for all lists that an observation takes, side by side."""
    loads_images: bool = True
    """False if images that are loaded into the engine don't reach what runs a workflow, as those of a bundle."""
    volumes_elsewhere: Callable[[Gateway, str], Mapping[str, frozenset[str]]] | None = None
    """Returns the names of nodes that have volumes of a workflow, by volume; None if the engine itself has them."""
    run_check: Callable[[Gateway, Resource], None]
    """Probes once; ProbeFailed if a check doesn't hold yet, StepFailed if waiting can't change that."""
    named_images: Callable[[Gateway, str], dict[str, EngineJSON]]
    """Returns the images that names and ids stand for in a workflow, in the form of an engine's list."""
    lists: Callable[[Gateway], EngineLists]
    """Returns the lists of all workflows, each fetched when it is needed."""
    instances: Callable[[Gateway, str], Instances]
    """Returns the containers that a workflow has on it."""
    granted_texts: GrantedTexts
    tidy: Callable[[Gateway, str, frozenset[str]], None] | None = None
    """Removes what a run has put out of use, but for the given ids; called as it ends, in whatever way."""


def catalog_of(sections: Sections) -> Catalog:
    """Return those sections that are kinds."""
    return {name: kind for name, kind in sections.items() if isinstance(kind, Kind)}
