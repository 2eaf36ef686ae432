"""Parts of runner measured by themselves, in this process: how it looks at the engine, and how it plans."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docker import APIClient

from runner import __version__
from runner.core.engine import Engine
from runner.core.plan import Plan
from runner.core.state import DesiredState, ObservedResource, ObservedState, Ref, Resource
from runner.daemon.client import DockerGateway
from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.opening import Opening
from runner.document.access import Access
from runner.document.files import Files
from runner.document.loader import load
from runner.document.root import ANYWHERE
from runner.engine.observe import observe
from runner.kinds import CATALOG, SECTIONS
from runner.plan.planner import make_plan
from runner.resource.labels import applied_digests, ownership
from runner.workflow.compile import read_workflow
from tests.bench import cost
from tests.bench.cost import Cost
from tests.bench.sides import PARALLEL, create, each
from tests.bench.workload import NAME, NETWORK, Workload

_ENGINE = Engine(name="Docker", version="20.10", api_version="1.41", os="linux", architecture="amd64")


def desired(workload: Workload, folder: Path) -> DesiredState:
    """Read what the workload's file declares."""
    file = folder / "workflow.yaml"
    file.write_text(workload.file)
    document, found = load(file, overrides={}, var_files=[], files=Files(Access(ANYWHERE)))
    assert document is not None, found
    state = read_workflow(document, SECTIONS, Files(Access(ANYWHERE)), found)
    assert not found, found
    return state


# --- planning


def as_applied(state: DesiredState) -> ObservedState:
    """Return what an engine would have on which all of a workflow was applied."""
    seen = {address: _as_applied(resource) for address, resource in state.resources.items()}
    return ObservedState(_ENGINE, seen)


def _as_applied(resource: Resource) -> ObservedResource:
    rows = CATALOG[resource.address.kind].compared
    fields = {name: _id(value) if isinstance(value, Ref) else value for name, value in resource.fields.items()}
    return ObservedResource(
        resource.address,
        id=_id(Ref(resource.address)),
        engine_name=resource.engine_name,
        fields={row.name: fields.get(row.name) for row in rows},  # type: ignore[misc]  # no marker is declared
        applied=applied_digests(rows, resource.fields),
        attributes={"id": _id(Ref(resource.address))},
        recorded_dependencies=frozenset(dependency.address for dependency in resource.depends_on),
    )


def _id(ref: Ref) -> str:
    return f"id of {ref.address}"


def plan(state: DesiredState, seen: ObservedState, *, pending: int) -> Cost:
    """Plan; so many changes must come of it."""
    plans: list[Plan] = []
    took = cost.of_call(lambda: plans.append(make_plan(state, seen, CATALOG)))
    assert len(plans[0].pending) == pending, plans[0].counts
    return took


# --- looking


@contextmanager
def created(workload: Workload, state: DesiredState, api: APIClient) -> Iterator[None]:
    """Have the workload's containers on the engine as runner would have made them, but not started."""
    ours = {resource.engine_name: resource for resource in state.resources.values()}
    rows = CATALOG["container"].compared

    def create_ours(name: str) -> None:
        labels = ownership(NAME, ours[name], applied_digests(rows, ours[name].fields), __version__, file="")
        create(api, name, {**workload.bodies[name], "Labels": labels})

    api.create_network(NETWORK, labels=ownership(NAME, ours[NETWORK], {}, __version__, file=""))
    try:
        each(create_ours, workload.bodies)
        yield
    finally:
        each(lambda name: api.remove_container(name), workload.bodies)
        api.remove_network(NETWORK)


def look(url: str, state: DesiredState) -> Cost:
    """Find out what the engine has of a workflow."""
    gateway = DockerGateway(Opening(Endpoint(url, "bench"), parallel=PARALLEL))
    seen: list[ObservedState] = []
    try:
        took = cost.of_call(lambda: seen.append(observe(gateway, CATALOG, NAME, state)))
    finally:
        gateway.close()
    assert seen[0].resources.keys() == state.resources.keys()
    return took


def bare_look(api: APIClient) -> Cost:
    """List every container and inspect each, and do nothing with the answers."""
    return cost.of_call(lambda: [api.inspect_container(short["Id"]) for short in api.containers(all=True)])
