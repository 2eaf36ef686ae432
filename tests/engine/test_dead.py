"""Containers whose removal has begun and takes its time, or could not be carried through: those are dead."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from docker import APIClient
from docker.errors import APIError

from runner.core.event import Event, Transition
from runner.core.plan import Reason
from runner.core.resource_state import State
from tests.engine.web import Web, declared
from tests.harness.engine import PrivateEngine, new_private_engine
from tests.harness.image import BASE
from tests.harness.inventory import remove_workflow
from tests.harness.workflow import Sections, Workflow, change_of, open_gateway, pending


@pytest.fixture(scope="module")
def engine_on_disk() -> Iterator[PrivateEngine]:
    """An engine whose data lies where this process can lay hold of it: in its own store, never in containerd's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RUNNER_TEST_DOCKERD", raising=False)
        engine = new_private_engine(data="")
    yield engine
    engine.dispose()


@pytest.fixture
def web(engine_on_disk: PrivateEngine, tmp_path: Path) -> Iterator[Web]:
    """A container of a workflow on that engine."""
    with open_gateway(engine_on_disk.url) as gateway, engine_on_disk.client() as client:
        yield Web(Workflow(gateway, "dead", tmp_path), client.api)
        remove_workflow(client, "dead")


def written(api: APIClient, container: str) -> Path:
    """Return where the engine keeps what a container writes."""
    return Path(api.inspect_container(container)["GraphDriver"]["Data"]["UpperDir"])


@contextmanager
def held(api: APIClient, container: str) -> Iterator[None]:
    """Keep the engine from removing what a container has written."""
    file = written(api, container) / "held"
    file.touch()
    subprocess.run(["chattr", "+i", file], check=True)
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", file], check=True)


def remove_by_hand(api: APIClient, container: str) -> None:
    with pytest.raises(APIError):
        api.remove_container(container, force=True)
    assert api.inspect_container(container)["State"]["Dead"]


def ends_of(events: Iterable[Event]) -> dict[str, Transition]:
    """Return how each resource ended, by its address."""
    return {str(event.address): event for event in events if isinstance(event, Transition) and event.after.is_final}


def test_a_dead_container_is_cleared_away_and_made_again(web: Web) -> None:
    web.workflow.apply(declared())
    with held(web.api, web.name):
        remove_by_hand(web.api, web.name)
    dead = web.id
    plan = web.workflow.apply(declared())
    assert pending(plan) == {"container.web": "create", "container.web.left": "delete"}
    assert change_of(plan, "container.web").reasons == (Reason.MISSING,)
    assert (web.status, web.id == dead) == ("running", False)
    assert pending(web.workflow.plan(declared())) == {}


def test_what_keeps_a_dead_container_there_is_told(web: Web) -> None:
    web.workflow.apply(declared())
    with held(web.api, web.name):
        remove_by_hand(web.api, web.name)
        told = web.workflow.carry_out(web.workflow.plan(declared()))
    ends = ends_of(told)
    assert ends["container.web"].after is State.SKIPPED
    assert ends["container.web.left"].after is State.FAILED
    assert "operation not permitted" in str(ends["container.web.left"].cause)


def test_a_strangers_dead_container_does_not_keep_a_network_from_being_made_anew(web: Web) -> None:
    def labelled(team: str) -> Sections:
        return {"networks": {"front": {"labels": {"team": team}}}, "containers": {}}

    web.workflow.apply(labelled("a"))
    stranger: str = web.api.create_container(BASE)["Id"]
    web.api.connect_container_to_network(stranger, f"{web.workflow.name}_front")
    with held(web.api, stranger):
        remove_by_hand(web.api, stranger)
        assert pending(web.workflow.apply(labelled("b"))) == {"network.front": "replace"}
    web.api.remove_container(stranger)


def test_a_container_that_is_just_being_removed_is_waited_for(web: Web) -> None:
    web.workflow.apply(declared())
    folder = written(web.api, web.name)
    for number in range(40_000):  # which takes the engine a while to remove
        (folder / str(number)).touch()
    with ThreadPoolExecutor(1) as hand:
        removal = hand.submit(web.api.remove_container, web.name, force=True)
        while web.status != "removing":
            assert not removal.done()
        plan = web.workflow.apply(declared())
        removal.result()
    assert pending(plan) == {"container.web": "create", "container.web.left": "delete"}
    assert web.status == "running"
