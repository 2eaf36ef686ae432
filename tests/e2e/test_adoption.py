"""What somebody else made becomes a workflow's own only when that is asked for, and as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from docker import APIClient, DockerClient
from docker.errors import NotFound

from tests.harness.cli import Cli
from tests.harness.fault_proxy import Action, Fault, FaultProxy
from tests.harness.inventory import inventory
from tests.harness.live import Live

SHOP = """
    networks: {front: {}}
    volumes: {data: {}}
    containers: {web: {<<: *idle, networks: [front], volumes: ["data:/data"], environment: {A: b}}}
"""
WEB = "containers: {web: {<<: *idle, network_mode: none, %s}}"


class Theirs:
    """Makes the things that a workflow wants, under their names, as Docker Compose does."""

    def __init__(self, api: APIClient, workflow: str) -> None:
        self._api = api
        self._workflow = workflow
        self._labels = {"com.docker.compose.project": workflow}

    @property
    def web(self) -> str:
        return f"{self._workflow}-web-1"

    @property
    def network(self) -> str:
        return f"{self._workflow}_front"

    @property
    def volume(self) -> str:
        return f"{self._workflow}_data"

    def make_network(self, **options: Any) -> str:
        made = self._api.create_network(self.network, labels=self._labels, check_duplicate=True, **options)
        return str(made["Id"])

    def make_volume(self) -> str:
        return str(self._api.create_volume(self.volume, labels=self._labels)["Name"])

    def make_web(self, *, start: bool = True, environment: tuple[str, ...] = (), **host: Any) -> str:
        host = {"init": True, "network_mode": "none", **host}
        names = {host["network_mode"]: self._api.create_endpoint_config(aliases=[self.web, "web"])}
        attached = host["network_mode"] == self.network
        made = self._api.create_container(
            "busybox:stable",
            ["sleep", "infinity"],
            name=self.web,
            labels=self._labels,
            environment=list(environment),
            host_config=self._api.create_host_config(**host),
            networking_config=self._api.create_networking_config(names) if attached else None,
        )
        if start:
            self._api.start(made["Id"])
        return str(made["Id"])

    def make_all(self) -> dict[str, str]:
        """Make a network, a volume and a container on both; return their ids."""
        made = {"network": self.make_network(), "volume": self.make_volume()}
        web = self.make_web(environment=("A=b", "OWN=1"), network_mode=self.network, binds=[f"{self.volume}:/data"])
        return {**made, "container": web}

    def remove(self) -> None:
        """Remove what is left of all that."""
        with suppress(NotFound):
            self._api.remove_container(self.web, force=True)
        with suppress(NotFound):
            self._api.remove_network(self.network)
        with suppress(NotFound):
            self._api.remove_volume(self.volume)


@pytest.fixture
def theirs(docker_client: DockerClient, workflow_name: str) -> Iterator[Theirs]:
    """A maker of somebody else's things under the workflow's names; they are removed in the end."""
    theirs = Theirs(docker_client.api, workflow_name)
    yield theirs
    theirs.remove()


def states(live: Live, client: DockerClient, theirs: Theirs) -> tuple[Any, ...]:
    """Return what would differ if anything but a record had come about on the engine."""
    web, network = live.container("web"), client.api.inspect_network(theirs.network)
    return web["Id"], web["State"]["StartedAt"], web["Config"], network["Id"], network["Labels"]


def test_what_is_as_declared_is_adopted_without_being_touched(
    cli: Cli, workflow: Callable, live: Live, theirs: Theirs, docker_client: DockerClient
) -> None:
    theirs.make_all()
    before = states(live, docker_client, theirs)
    workflow(SHOP)

    planned = cli("plan", "--adopt", "-o", "json").exits(0)
    applied = cli("apply", "--adopt").exits(0)

    assert states(live, docker_client, theirs) == before
    verbs = {change["address"]: (change["verb"], change["diff"]) for change in planned.json["changes"]}
    addresses = ("network.front", "volume.data", "container.web")
    assert {address: verbs[address] for address in addresses} == dict.fromkeys(addresses, ("adopt", []))
    assert all(applied.endings[address] == "ready" for address in addresses)
    cli("plan", "--detailed-exitcode").exits(0)
    cli("apply", "--adopt").exits(0)
    assert states(live, docker_client, theirs) == before


def test_without_being_asked_to_nothing_is_adopted_and_the_way_is_told(
    cli: Cli, workflow: Callable, theirs: Theirs, docker_client: DockerClient
) -> None:
    theirs.make_all()
    before = inventory(docker_client)
    workflow(SHOP)

    refused = cli("apply").exits(1)

    assert inventory(docker_client) == before
    assert refused.text.count("adopt it with --adopt") == 3


def test_what_was_adopted_is_destroyed_and_its_volume_only_when_asked(
    cli: Cli, workflow: Callable, live: Live, theirs: Theirs, docker_client: DockerClient, workflow_name: str
) -> None:
    before = inventory(docker_client)
    theirs.make_all()
    workflow(SHOP)
    cli("apply", "--adopt").exits(0)

    cli("destroy").exits(0)
    assert live.everything == {f"volume {theirs.volume}"}
    assert "volume.data" not in cli("apply").exits(0).reasons

    cli("destroy", workflow_name, "--volumes", "--yes").exits(0)
    assert inventory(docker_client) == before


def test_what_can_be_changed_in_place_is_put_in_order_with_the_adoption(
    cli: Cli, workflow: Callable, live: Live, theirs: Theirs
) -> None:
    id = theirs.make_web(start=False, mem_limit="80m", restart_policy={"Name": "always"})
    workflow(WEB % "limits: {memory: 64m}, restart: 'no'")

    applied = cli("apply", "--adopt").exits(0)

    assert (live.id("web"), live.runs("web")) == (id, True)
    host_config = live.container("web")["HostConfig"]
    assert (host_config["Memory"], host_config["RestartPolicy"]["Name"]) == (64 << 20, "no")
    assert '"80m" → "64m"' in applied.text
    cli("plan", "--detailed-exitcode").exits(0)


def test_what_would_have_to_be_made_anew_is_refused_with_the_fields_in_the_way(
    cli: Cli, workflow: Callable, live: Live, theirs: Theirs, docker_client: DockerClient
) -> None:
    id, network = theirs.make_web(environment=("A=b",), mem_limit="80m"), theirs.make_network(internal=True)
    before = inventory(docker_client)
    workflow(f"""
        networks: {{front: {{internal: false}}}}
        {WEB % "environment: {A: c}, user: www, limits: {memory: 64m}"}
    """)

    refused = cli("apply", "--adopt").exits(1)

    assert inventory(docker_client) == before
    assert (live.id("web"), live.container("web")["HostConfig"]["Memory"]) == (id, 80 << 20)
    assert docker_client.api.inspect_network(theirs.network)["Id"] == network
    assert "cannot be adopted without replacing it, because of environment.A, user" in refused.text
    assert "cannot be adopted without replacing it, because of internal" in refused.text
    assert '"b" → "c"' in refused.text


def test_what_was_set_when_it_was_adopted_is_drift_when_changed_and_goes_back_when_unset(
    cli: Cli, workflow: Callable, live: Live, theirs: Theirs, docker_client: DockerClient
) -> None:
    id = theirs.make_web(mem_limit="64m", restart_policy={"Name": "always"})
    workflow(WEB % "restart: always, limits: {memory: 64m}")
    cli("apply", "--adopt").exits(0)

    docker_client.api.update_container(id, mem_limit="80m", memswap_limit="160m")
    assert cli("apply").exits(0).reasons["container.web"] == ["drift"]
    assert live.container("web")["HostConfig"]["Memory"] == 64 << 20

    workflow(WEB % "limits: {memory: 64m}")
    cli("apply").exits(0)
    assert (live.id("web"), live.container("web")["HostConfig"]["RestartPolicy"]["Name"]) == (id, "no")


def test_an_adopted_container_is_replaced_like_one_of_its_own(
    cli: Cli, workflow: Callable, live: Live, theirs: Theirs, docker_client: DockerClient
) -> None:
    before = inventory(docker_client)
    id = theirs.make_web()
    workflow(WEB % "restart: 'no'")
    cli("apply", "--adopt").exits(0)

    workflow(WEB % "user: '65534'")
    cli("apply").exits(0)

    assert live.id("web") != id
    assert inventory(docker_client) - before == {f"container {theirs.web}"}, "its record is left"


def test_an_adopted_network_is_made_anew_under_its_containers(
    cli: Cli, workflow: Callable, live: Live, theirs: Theirs, docker_client: DockerClient
) -> None:
    ids = theirs.make_all()
    workflow(SHOP)
    cli("apply", "--adopt").exits(0)
    records = len(docker_client.api.volumes()["Volumes"])

    workflow(SHOP.replace("front: {}", "front: {labels: {team: a}}"))
    cli("apply").exits(0)

    assert live.id("web") == ids["container"]
    assert docker_client.api.inspect_network(theirs.network)["Id"] != ids["network"]
    assert len(docker_client.api.volumes()["Volumes"]) == records - 1
    cli("plan", "--detailed-exitcode").exits(0)


@pytest.mark.parametrize("kind", ["container", "network", "volume"])
def test_the_record_goes_when_somebody_removes_what_was_adopted(
    cli: Cli, workflow: Callable, theirs: Theirs, docker_client: DockerClient, kind: str
) -> None:
    before = inventory(docker_client)
    {"container": theirs.make_web, "network": theirs.make_network, "volume": theirs.make_volume}[kind]()
    sections = {"container": WEB % "restart: 'no'", "network": "networks: {front: {}}", "volume": "volumes: {data: {}}"}
    workflow(sections[kind])
    cli("apply", "--adopt").exits(0)
    theirs.remove()

    cli("apply").exits(0)

    assert len(inventory(docker_client) - before) == 1
    cli("plan", "--detailed-exitcode").exits(0)


def test_what_another_workflow_adopted_is_its_own(
    cli: Cli,
    clients: Callable[..., Cli],
    workflow: Callable,
    live: Live,
    theirs: Theirs,
    docker_client: DockerClient,
    workflow_name: str,
) -> None:
    theirs.make_all()
    workflow(SHOP)
    cli("apply", "--adopt").exits(0)
    before = inventory(docker_client), states(live, docker_client, theirs)
    other = clients()
    path = workflow(
        f"""
        networks: {{front: {{name: {theirs.network}}}}}
        volumes: {{data: {{name: {theirs.volume}}}}}
        containers: {{web: {{<<: *idle, networks: [front], volumes: ["data:/data"]}}}}
    """,
        to=other,
    )
    path.write_text(path.read_text().replace(f"name: {workflow_name}\n", f"name: {workflow_name}-x\n"))

    refused = other("apply", "--adopt").exits(1)
    other("destroy", "--volumes", "--yes").exits(0)

    assert refused.text.count(f"belongs to workflow {workflow_name}\n") == 2
    assert (inventory(docker_client), states(live, docker_client, theirs)) == before
    cli("plan", "--detailed-exitcode").exits(0)


def test_what_bears_another_workflows_labels_is_not_adopted(
    cli: Cli, clients: Callable[..., Cli], workflow: Callable, live: Live, workflow_name: str
) -> None:
    workflow("networks: {front: {}}")
    cli("apply").exits(0)
    before = live.everything
    other = clients()
    path = workflow(f"networks: {{front: {{name: {workflow_name}_front}}}}", to=other)
    path.write_text(path.read_text().replace(f"name: {workflow_name}\n", f"name: {workflow_name}-x\n"))

    refused = other("apply", "--adopt").exits(1)

    assert f"belongs to workflow {workflow_name}\n" in refused.text
    assert "destroy it in that workflow" in refused.text
    assert live.everything == before


@pytest.mark.parametrize("action", ["kill", "kill_after"])
@pytest.mark.parametrize("call", ["POST /update", "DELETE ^/volumes/runner.applied"])
def test_what_was_adopted_stays_the_workflows_when_a_change_in_place_is_killed(
    cli: Cli, workflow: Callable, live: Live, theirs: Theirs, proxy: FaultProxy, call: str, action: Action
) -> None:
    id = theirs.make_web()
    workflow(WEB % "")
    cli("apply", "--adopt").exits(0)
    workflow(WEB % "limits: {cpu_shares: 512}")
    method, path = call.split(" ")
    proxy.break_with(Fault(action, method=method, path=path))
    assert cli("apply", env={"DOCKER_HOST": proxy.url}).exit_code < 0
    cli("apply").exits(0)
    assert (live.id("web"), live.container("web")["HostConfig"]["CpuShares"]) == (id, 512)
    cli("plan", "--detailed-exitcode").exits(0)
    cli("destroy", "--yes").exits(0)
    assert not [thing for thing in live.everything if "runner.applied" in thing]


def test_hooks_of_an_adopted_container_are_not_made_up_for_but_count_from_then_on(
    cli: Cli, workflow: Callable, live: Live, theirs: Theirs
) -> None:
    id = theirs.make_web()
    hooks = "post_start: [{command: echo up}], pre_stop: [{command: echo down}]"
    workflow(WEB % hooks)
    adopted = cli("apply", "--adopt").exits(0)
    assert live.id("web") == id
    assert not [event for event in adopted.events if event["event"] == "resource.output"]
    cli("plan", "--detailed-exitcode").exits(0)
    restarted = cli("restart", "container.web").exits(0)
    assert [event["line"] for event in restarted.events if event["event"] == "resource.output"] == ["down", "up"]


def test_an_image_that_somebody_built_is_adopted_as_up_to_date_and_built_anew_when_its_context_changes(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    (cli.folder / "Dockerfile").write_text("FROM busybox:stable\nCOPY page /page\n")
    (cli.folder / "page").write_text("one")
    theirs, _ = docker_client.images.build(path=str(cli.folder), tag=f"{workflow_name}-web")
    workflow("images: {web: {build: .}}")
    assert "adopt it with --adopt" in cli("plan").exits(1).text

    cli("apply", "--adopt").exits(0)
    assert live.image(f"{workflow_name}-web") == theirs.id
    cli("plan", "--detailed-exitcode").exits(0)

    (cli.folder / "page").write_text("two")
    assert cli("apply").exits(0).endings["image.web"] == "ready"
    assert live.image(f"{workflow_name}-web") != theirs.id
