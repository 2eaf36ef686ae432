"""All kinds of resource and section, one declaration each; a new kind is one module and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runner.kinds.check import CHECK, run_check
from runner.kinds.container import CONTAINER
from runner.kinds.image import IMAGE
from runner.kinds.job import JOB
from runner.kinds.network.kind import NETWORK
from runner.kinds.secret_config import CONFIG, SECRET
from runner.kinds.volume import VOLUME
from runner.resource.kind import Catalog, Sections
from runner.resource.labels import WORKFLOW
from runner.resource.orchestrator import Orchestrator, catalog_of
from runner.resource.orchestrator_names import SWARM, orchestrator_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.core.engine_answers import EngineEvent, EngineJSON
    from runner.core.errors import EngineError
    from runner.core.gateway import Gateway
    from runner.core.label_store import LabelStore
    from runner.core.sensitive import Places
    from runner.core.state import DesiredState, ObservedResource
    from runner.resource.census import EngineLists
    from runner.resource.instance import Instances

SECTIONS: Sections = {
    section.name: section for section in (SECRET, CONFIG, IMAGE, NETWORK, VOLUME, CONTAINER, JOB, CHECK)
}
"""In the order in which they may refer to each other."""

CATALOG: Catalog = catalog_of(SECTIONS)
"""The kinds that exist on the engine."""


def _events(gateway: Gateway, workflow: str) -> Iterator[EngineEvent]:
    return gateway.events(f"{WORKFLOW}={workflow}")


def _label_store(gateway: Gateway) -> LabelStore:
    from runner.resource.volume_store import VolumeStore

    return VolumeStore(gateway)


def _named_images(gateway: Gateway, _workflow: str) -> dict[str, EngineJSON]:
    from runner.kinds.image.names import by_name

    listed = gateway.images.list()
    return {**by_name(listed), **{image["Id"]: image for image in listed}}


def _lists(gateway: Gateway) -> EngineLists:
    from runner.resource.census import EngineLists

    return EngineLists(gateway)


def _instances(gateway: Gateway, workflow: str) -> Instances:
    from runner.kinds.container.instances import EngineInstances

    return EngineInstances(gateway, workflow)


def _granted_texts(
    gateway: Gateway, container: ObservedResource, places: Places, desired: DesiredState | None
) -> Iterator[str | EngineError]:
    from runner.kinds.container.granted_files import granted_texts

    return granted_texts(gateway, container, places, desired)


_DOCKER = Orchestrator(
    sections=SECTIONS,
    catalog=CATALOG,
    events=_events,
    label_store=_label_store,
    ask_ahead=lambda gateway: gateway.ask_ahead(),
    run_check=run_check,
    named_images=_named_images,
    lists=_lists,
    instances=_instances,
    granted_texts=_granted_texts,
)


def orchestrator(name: str) -> Orchestrator:
    """Return what runs a workflow, by the name that its desired state has."""
    if name == SWARM:
        from runner.kinds.swarm import ORCHESTRATOR

        return ORCHESTRATOR
    return _DOCKER


def sections_of(data: Mapping[str, Any]) -> Sections:
    """Return the sections for the data of a file."""
    return orchestrator(orchestrator_of(data)).sections
