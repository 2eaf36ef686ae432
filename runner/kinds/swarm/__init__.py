"""What a swarm has: the kinds of the same sections, where the swarm's things differ from those of one engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runner.kinds.check import CHECK
from runner.kinds.swarm.image import IMAGE
from runner.kinds.swarm.job import JOB
from runner.kinds.swarm.network.kind import NETWORK
from runner.kinds.swarm.secret_config.kind import CONFIG, SECRET
from runner.kinds.swarm.service import SERVICE
from runner.kinds.swarm.volume import VOLUME
from runner.resource.kind import Sections
from runner.resource.orchestrator import Orchestrator, catalog_of

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineEvent, EngineJSON
    from runner.core.errors import EngineError
    from runner.core.gateway import Gateway
    from runner.core.label_store import LabelStore
    from runner.core.sensitive import Places
    from runner.core.state import DesiredState, ObservedResource, Resource
    from runner.resource.census import EngineLists
    from runner.resource.instance import Instances

SECTIONS: Sections = {
    section.name: section for section in (SECRET, CONFIG, IMAGE, NETWORK, VOLUME, SERVICE, JOB, CHECK)
}
"""In the order in which they may refer to each other."""


def _events(gateway: Gateway, _workflow: str) -> Iterator[EngineEvent]:
    return gateway.swarm.events()


def _tidy(gateway: Gateway, workflow: str, kept: frozenset[str]) -> None:
    from runner.kinds.swarm.tidy import tidy

    tidy(gateway, workflow, kept)


def _label_store(gateway: Gateway) -> LabelStore:
    gateway.swarm.require()
    return gateway.swarm.records


def _run_check(gateway: Gateway, check: Resource) -> None:
    from runner.kinds.swarm.check import run_check

    run_check(gateway, check)


def _named_images(gateway: Gateway, workflow: str) -> dict[str, EngineJSON]:
    """Return those that services run, and for what is only built on, or on every node, those of the manager."""
    from runner.kinds.image import names
    from runner.kinds.swarm.image import pinned

    gateway.swarm.require()
    return {**names.by_name(gateway.images.list()), **pinned.by_name(gateway.swarm.services.list(), workflow)}


def _volumes_elsewhere(gateway: Gateway, workflow: str) -> Mapping[str, frozenset[str]]:
    from runner.kinds.swarm.volumes_elsewhere import volumes_elsewhere

    return volumes_elsewhere(gateway, workflow)


def _lists(gateway: Gateway) -> EngineLists:
    from runner.resource.census import SwarmCensus

    gateway.swarm.require()
    return SwarmCensus(gateway)


def _instances(gateway: Gateway, workflow: str) -> Instances:
    from runner.kinds.swarm.instances import SwarmInstances

    return SwarmInstances(gateway, workflow)


def _granted_texts(
    gateway: Gateway, service: ObservedResource, places: Places, desired: DesiredState | None
) -> Iterator[EngineError]:
    from runner.kinds.swarm.secret_config.unknown import unknown_secrets

    return unknown_secrets(gateway, service, places, desired)


ORCHESTRATOR = Orchestrator(
    sections=SECTIONS,
    catalog=catalog_of(SECTIONS),
    events=_events,
    label_store=_label_store,
    ask_ahead=lambda gateway: gateway.swarm.ask_ahead(),
    run_check=_run_check,
    named_images=_named_images,
    loads_images=False,
    volumes_elsewhere=_volumes_elsewhere,
    lists=_lists,
    instances=_instances,
    granted_texts=_granted_texts,
    tidy=_tidy,
)
