"""Networks of a swarm: a change is another network, which services move to; the former goes."""

from __future__ import annotations

import signal
from collections.abc import Callable
from operator import not_
from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient
from docker.errors import APIError
from docker.models.networks import Network
from docker.types import IPAMConfig, IPAMPool

from tests.harness.cli import Cli
from tests.harness.swarm import Swarm
from tests.harness.swarm_state import tasks
from tests.harness.until import until

Write = Callable[..., Path]


def networks(client: DockerClient, workflow: str) -> dict[str, dict[str, Any]]:
    """Return what a workflow has on the swarm, by name."""
    found = client.api.networks(filters={"label": f"runner.workflow={workflow}"})
    return {one["Name"]: one for one in found if one["Scope"] == "swarm"}


def joined(client: DockerClient, service: str) -> list[str]:
    """Return the ids of the networks that a service is on."""
    return [one["Target"] for one in client.services.get(service).attrs["Spec"]["TaskTemplate"]["Networks"]]


def idle(image: str, more: str = "") -> str:
    return f'{{image: "{image}", command: [sleep, 1d], init: true, stop_grace_period: 0s{more}}}'


def test_services_without_networks_meet_on_the_implicit_one(
    cli: Cli, workflow: Write, workflow_name: str, swarm: Swarm, docker_client: DockerClient, releases: list[str]
) -> None:
    workflow(f"""
    containers:
      web: {idle(releases[0], ", endpoint_mode: dnsrr")}
      other: {idle(releases[0])}
    """)
    cli("apply", "-y").exits(0)
    (name,) = networks(docker_client, workflow_name)
    assert name == f"{workflow_name}_default"
    (task,) = tasks(docker_client, f"{workflow_name}-other")
    node = next(node for node in swarm.nodes if node.name == task.node)
    with node.client() as client:
        container = client.containers.get(task.container)

        def look() -> int:
            return int(container.exec_run(["nslookup", f"tasks.{workflow_name}-web"]).exit_code)

        until(look, lambda code: code == 0)
    assert "No changes" in cli("plan").stdout


def test_services_move_to_the_new_version_and_the_former_goes(
    cli: Cli, workflow: Write, workflow_name: str, docker_client: DockerClient, releases: list[str]
) -> None:
    text = f"""
    networks: {{front: {{attachable: ATTACHABLE}}}}
    containers:
      web: {idle(releases[0], ", networks: {front: {aliases: [w]}}")}
      other: {idle(releases[0], ", networks: [front]")}
    """
    for attachable, name in (("false", "front"), ("true", "front-2"), ("false", "front")):
        workflow(text.replace("ATTACHABLE", attachable))
        ended = cli("apply", "-y").exits(0)
        ((found, document),) = networks(docker_client, workflow_name).items()
        assert found == f"{workflow_name}_{name}"
        assert document["Attachable"] is (attachable == "true")
        for service in ("web", "other"):
            assert joined(docker_client, f"{workflow_name}-{service}") == [document["Id"]]
        assert "No changes" in cli("plan").stdout
    assert ended.reasons["container.web"] == ["dependency"]
    cli("destroy", "-y").exits(0)
    assert networks(docker_client, workflow_name) == {}


def test_every_option_is_what_the_swarm_has_and_what_it_adds_is_no_drift(
    cli: Cli, workflow: Write, workflow_name: str, docker_client: DockerClient
) -> None:
    workflow(
        """
    networks:
      a: {driver: overlay, internal: true, attachable: true, labels: {team: a}}
      b: {driver_opts: {encrypted: "", com.docker.network.driver.mtu: "1400"}, ipam: {options: {x: y}}}
      c:
        ipam:
          driver: default
          config: [{subnet: 10.213.0.0/24, gateway: 10.213.0.9, ip_range: 10.213.0.128/25}, {subnet: 10.214.0.0/24}]
      d: {enable_ipv4: true, enable_ipv6: false, name: NAME-d}
    """.replace("NAME", workflow_name)
    )
    cli("apply", "-y").exits(0)
    found = networks(docker_client, workflow_name)
    a, b, c = (found[f"{workflow_name}_{key}"] for key in "abc")
    assert (a["Driver"], a["Internal"], a["Attachable"], a["Labels"]["team"]) == ("overlay", True, True, "a")
    assert b["Options"]["encrypted"] == ""
    assert b["Options"]["com.docker.network.driver.mtu"] == "1400"
    assert b["IPAM"]["Options"]["x"] == "y"
    assert [pool["Subnet"] for pool in c["IPAM"]["Config"]] == ["10.213.0.0/24", "10.214.0.0/24"]
    assert c["IPAM"]["Config"][0]["IPRange"] == "10.213.0.128/25"
    assert f"{workflow_name}-d" in found
    assert "No changes" in cli("plan").stdout


def test_what_no_swarm_can_do_is_refused_with_its_place(cli: Cli, workflow: Write) -> None:
    entries = (
        "{driver: bridge}",
        "{driver: macvlan}",
        "{enable_ipv4: false, enable_ipv6: true}",
        "{enable_ipv6: true}",
        "{ipam: {config: [{subnet: 'fd00:9::/64'}]}}",
        "{ipam: {config: [{subnet: 10.99.0.0/24, aux_addresses: {a: 10.99.0.7}}]}}",
        "{name: a.b}",
    )
    path = workflow("networks:\n" + "".join(f"  net{number}: {entry}\n" for number, entry in enumerate(entries)))
    text = cli("validate").exits(2).text
    assert text.count("error[swarm-cannot]") >= len(entries)
    for line, written in enumerate(path.read_text().splitlines(), 1):
        assert not written.startswith("  net") or f"workflow.yaml:{line}:" in text


def test_a_subnet_cannot_go_from_one_version_to_the_next(
    cli: Cli, workflow: Write, workflow_name: str, docker_client: DockerClient, releases: list[str]
) -> None:
    text = f"""
    networks: {{front: {{attachable: ATTACHABLE, ipam: {{config: [{{subnet: SUBNET}}]}}}}}}
    containers: {{web: {idle(releases[0], ", networks: [front]")}}}
    """
    workflow(text.replace("ATTACHABLE", "false").replace("SUBNET", "10.211.0.0/24"))
    cli("apply", "-y").exits(0)
    before = networks(docker_client, workflow_name)
    workflow(text.replace("ATTACHABLE", "true").replace("SUBNET", "10.211.0.0/24"))
    refused = cli("apply", "-y").exits(1)
    assert "error[subnet-taken]" in refused.text
    assert networks(docker_client, workflow_name) == before
    workflow(text.replace("ATTACHABLE", "true").replace("SUBNET", "10.212.0.0/24"))
    cli("apply", "-y").exits(0)
    assert "No changes" in cli("plan").stdout
    assert len(networks(docker_client, workflow_name)) == 1


def test_a_subnet_of_somebody_else_is_told_before_anything_is_done(
    cli: Cli, workflow: Write, workflow_name: str, docker_client: DockerClient
) -> None:
    pools = IPAMConfig(pool_configs=[IPAMPool(subnet="10.215.0.0/16")])
    other = docker_client.networks.create(f"{workflow_name}-o", driver="overlay", ipam=pools)
    try:
        workflow("networks: {front: {ipam: {config: [{subnet: 10.215.7.0/24}]}}}")
        text = cli("apply", "-y").exits(1).text
        assert "error[subnet-taken]" in text
        assert other.name in text
        assert networks(docker_client, workflow_name) == {}
    finally:
        other.remove()


def test_a_network_of_that_name_is_left_to_whom_it_belongs(
    cli: Cli, workflow: Write, workflow_name: str, docker_client: DockerClient
) -> None:
    other = docker_client.networks.create(f"{workflow_name}_front", driver="overlay")
    try:
        workflow("networks: {front: {}}")
        assert "error[name-taken]" in cli("apply", "-y").exits(1).text
        workflow(f"networks: {{front: {{external: true, name: {workflow_name}_front}}}}")
        assert "No changes" in cli("plan").stdout
    finally:
        other.remove()


def test_a_service_joins_an_external_network_which_stays(
    cli: Cli, workflow: Write, workflow_name: str, docker_client: DockerClient, releases: list[str]
) -> None:
    other = docker_client.networks.create(f"{workflow_name}-o", driver="overlay")
    try:
        workflow(f"""
        networks:
          there: {{external: true, name: {workflow_name}-o}}
        containers:
          web: {idle(releases[0], ", networks: [there]")}
        """)
        cli("apply", "-y").exits(0)
        assert joined(docker_client, f"{workflow_name}-web") == [other.id]
        assert "No changes" in cli("plan").stdout
        cli("destroy", "-y").exits(0)
        other.reload()
    finally:
        until(lambda: _is_removed(other), bool)


def _is_removed(network: Network) -> bool:
    try:
        network.remove()
    except APIError:  # the last task is still leaving it
        return False
    return True


def test_networks_of_the_nodes_are_joined_by_network_mode(cli: Cli, workflow: Write) -> None:
    workflow("networks: {node: {external: true, name: host}}")
    text = cli("validate").exits(2).text
    assert "error[predefined-network]" in text
    assert "use network_mode: host" in text


def test_what_was_removed_by_hand_is_made_again(
    cli: Cli, workflow: Write, workflow_name: str, docker_client: DockerClient
) -> None:
    workflow("networks: {front: {}}")
    cli("apply", "-y").exits(0)
    docker_client.networks.get(f"{workflow_name}_front").remove()
    assert cli("apply", "-y").exits(0).reasons == {"network.front": ["missing"]}
    assert "No changes" in cli("plan").stdout


@pytest.mark.parametrize("at", [("network.front", "ready"), ("container.web", "updating")])
def test_a_run_that_is_killed_in_between_leaves_nothing_for_good(
    cli: Cli,
    workflow: Write,
    workflow_name: str,
    docker_client: DockerClient,
    releases: list[str],
    at: tuple[str, str],
) -> None:
    text = f"""
    networks: {{front: {{labels: {{release: RELEASE}}}}}}
    containers: {{web: {idle(releases[0], ", networks: [front]")}}}
    """
    workflow(text.replace("RELEASE", "one"))
    cli("apply", "-y").exits(0)
    workflow(text.replace("RELEASE", "two"))
    cli.start("apply", "-y").until(*at).send(signal.SIGKILL).finish()
    cli("apply", "-y").exits(0)
    ((_, found),) = networks(docker_client, workflow_name).items()
    assert found["Labels"]["release"] == "two"
    assert joined(docker_client, f"{workflow_name}-web") == [found["Id"]]
    assert "No changes" in cli("plan").stdout


def test_a_destroy_leaves_a_network_to_a_service_of_somebody_else(
    cli: Cli, workflow: Write, workflow_name: str, docker_client: DockerClient, releases: list[str]
) -> None:
    workflow("networks: {front: {}}")
    cli("apply", "-y").exits(0)
    other = docker_client.services.create(
        releases[0], command=["sleep", "1d"], init=True, networks=[f"{workflow_name}_front"]
    )
    try:
        ended = cli("destroy", "-y").exits(0)
        assert "network-in-use" in ended.text
        assert other.name in ended.text
    finally:
        other.remove()
    cli("destroy", "-y").exits(0)
    # A node lists a network that is gone until the last task has left it.
    until(lambda: networks(docker_client, workflow_name), not_)


def test_a_workflow_of_that_name_on_an_engine_of_the_swarm_is_another_one(
    cli: Cli, workflow: Write, workflow_name: str, swarm: Swarm, docker_client: DockerClient, releases: list[str]
) -> None:
    """Its networks and volumes are its own, and it takes none of the swarm's."""
    on_n1 = "{constraints: [node.hostname == n1]}"
    text = f"""
    networks: {{front: {{}}}}
    volumes: {{data: {{}}}}
    configs: {{app: {{content: one}}}}
    containers:
      web: {idle(releases[0], f", networks: [front], volumes: ['data:/data'], place: {on_n1}")}
    """
    path = workflow(text)
    cli("apply", "-y").exits(0)
    before = networks(docker_client, workflow_name)
    assert [volume.name for volume in docker_client.volumes.list()] == [f"{workflow_name}_data"]

    plain = cli.folder / "plain.yaml"
    head = path.read_text().split("x-idle")[0].replace("engine: swarm\n", "")
    plain.write_text(f"{head}networks: {{back: {{}}}}\nvolumes: {{own: {{}}}}\n")
    done = cli("apply", "-y", "plain.yaml").exits(0)
    assert done.endings == {"network.back": "ready", "volume.own": "ready"}
    assert "No changes" in cli("plan").stdout
    gone = cli("destroy", "-y", "--volumes", "plain.yaml").exits(0)
    assert gone.endings == {"network.back": "removed", "volume.own": "removed"}

    assert networks(docker_client, workflow_name) == before
    assert [volume.name for volume in docker_client.volumes.list()] == [f"{workflow_name}_data"]
    assert "No changes" in cli("plan").stdout

    plain.write_text(f"{head}networks: {{front: {{}}}}\n")
    assert "error[name-taken]" in cli("plan", "plain.yaml").text
