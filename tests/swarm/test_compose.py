"""A file of `docker stack deploy` under runner: what the swarm gets of it is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import not_
from typing import Any

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.compose import Stack
from tests.harness.swarm import Swarm
from tests.harness.swarm_state import left_on
from tests.harness.until import until

FILE = """\
version: "3.9"
services:
  web:
    image: IMAGE
    command: ["sleep", "600"]
    entrypoint: ["/bin/busybox"]
    environment: {MODE: "0644", EMPTY: ""}
    labels: {tier: front}
    user: "1000"
    working_dir: /tmp
    hostname: "web-{{.Task.Slot}}"
    init: true
    tty: true
    stdin_open: true
    read_only: true
    stop_signal: SIGINT
    stop_grace_period: 3s
    cap_add: [NET_ADMIN]
    cap_drop: [CHOWN]
    sysctls: {net.core.somaxconn: "1024"}
    ulimits: {nofile: {soft: 1000, hard: 2000}}
    extra_hosts: ["db:10.0.0.9"]
    dns: [10.0.0.2]
    dns_search: [shop.test]
    healthcheck: {test: ["CMD", "true"], interval: 2s, timeout: 1s, retries: 4, start_period: 1s}
    logging: {driver: json-file, options: {max-size: 1m}}
    networks: {front: {aliases: [www]}}
    volumes:
      - data:/data
      - {type: tmpfs, target: /run, tmpfs: {size: 1048576}}
    ports: [{target: 80, published: PORT, protocol: tcp, mode: host}]
    deploy:
      mode: replicated
      replicas: 0
      endpoint_mode: dnsrr
      labels: {proxy.enable: "true"}
      placement:
        constraints: [node.role == manager, node.hostname != n3]
        preferences: [{spread: node.labels.rack}]
        max_replicas_per_node: 2
      resources:
        limits: {cpus: "0.5", memory: 64M, pids: 100}
        reservations:
          cpus: "0.25"
          memory: 32M
          generic_resources: [{discrete_resource_spec: {kind: gpu, value: 2}}]
      restart_policy: {condition: on-failure, delay: 7s, max_attempts: 3, window: 90s}
      update_config:
        {parallelism: 2, delay: 1s, failure_action: rollback, monitor: 6s, max_failure_ratio: 0.25, order: start-first}
  everywhere:
    image: IMAGE
    command: ["sleep", "600"]
    deploy: {mode: global, placement: {constraints: [node.hostname == n1]}}
networks:
  front: {driver: overlay, attachable: true, internal: true, labels: {tier: front}}
volumes: {data: {labels: {kept: "yes"}}}
"""
SMALL = """\
services:
  web:
    image: IMAGE
    command: ["sleep", "600"]
    init: true
    deploy: {replicas: 2, endpoint_mode: dnsrr, labels: {proxy.enable: "true"}}
"""
OURS = ("runner.", "com.docker.stack.")
LISTS = ("Constraints", "CapabilityAdd", "CapabilityDrop", "Hosts", "Env", "Aliases")
"""Lists whose order means nothing."""
BY_CLIENT = ("Platforms",)
"""What the docker command adds, by what the registry has, and runner only where the file says so."""


@pytest.fixture
def stack(swarm: Swarm, cli: Cli, workflow_name: str) -> Iterator[Stack]:
    """`docker stack` in the folder of `cli`, whose stack has the name of the workflow, with an s in front."""
    stack = Stack(swarm, cli.folder)
    yield stack
    stack("rm", f"s{workflow_name}")
    until(lambda: [thing for thing in left_on(swarm) if f"s{workflow_name}" in thing], not_, 30)


def test_a_service_is_what_a_stack_has(
    swarm: Swarm, docker_client: DockerClient, cli: Cli, stack: Stack, releases: list[str], workflow_name: str
) -> None:
    text = FILE.replace("IMAGE", releases[0]).replace("PORT", str(swarm.free_port()))
    cli.folder.joinpath("compose.yaml").write_text(text)

    stack("deploy", "-c", "compose.yaml", f"s{workflow_name}")
    cli("apply", "--engine", "swarm", "-p", workflow_name).exits(0)

    for service in ("web", "everywhere"):
        assert _spec(docker_client, workflow_name, service) == _spec(docker_client, f"s{workflow_name}", service)
    assert _network(docker_client, workflow_name, "front") == _network(docker_client, f"s{workflow_name}", "front")
    assert cli("plan", "--engine", "swarm", "-p", workflow_name).exits(0).stdout.startswith("No changes")


def test_docker_stack_knows_what_runner_made(
    docker_client: DockerClient, cli: Cli, stack: Stack, releases: list[str], workflow_name: str
) -> None:
    cli.folder.joinpath("compose.yaml").write_text(SMALL.replace("IMAGE", releases[0]))

    cli("apply", "--engine", "swarm", "-p", workflow_name).exits(0)

    assert workflow_name in stack("ls", "--format", "{{.Name}}").split()
    listed = stack("services", workflow_name, "--format", "{{.Name}} {{.Replicas}}").splitlines()
    assert listed == [f"{workflow_name}_web 2/2"]
    labels = docker_client.services.get(f"{workflow_name}_web").attrs["Spec"]["Labels"]
    assert labels["com.docker.stack.namespace"] == workflow_name
    assert labels["proxy.enable"] == "true"


def test_the_label_of_the_stack_stays_through_updates(
    docker_client: DockerClient, cli: Cli, releases: list[str], workflow_name: str
) -> None:
    file = cli.folder.joinpath("compose.yaml")
    file.write_text(SMALL.replace("IMAGE", releases[0]))
    cli("apply", "--engine", "swarm", "-p", workflow_name).exits(0)

    file.write_text(SMALL.replace("IMAGE", releases[1]).replace('"true"', '"false"'))
    cli("apply", "--engine", "swarm", "-p", workflow_name).exits(0)

    labels = docker_client.services.get(f"{workflow_name}_web").attrs["Spec"]["Labels"]
    assert (labels["com.docker.stack.namespace"], labels["proxy.enable"]) == (workflow_name, "false")


def test_secrets_and_configs_of_the_file_and_of_the_swarm_are_granted(
    docker_client: DockerClient, cli: Cli, releases: list[str], workflow_name: str
) -> None:
    docker_client.secrets.create(name=f"{workflow_name}-key", data=b"k", labels={"runner.workflow": workflow_name})
    granted = "secrets: [own, theirs]\n    configs: [{source: page, target: /page, mode: 0440}]\n    deploy:"
    top = (
        f"secrets: {{own: {{environment: OWN}}, theirs: {{external: true, name: {workflow_name}-key}}}}\n"
        "configs: {page: {content: hello}}\n"
    )
    text = SMALL.replace("IMAGE", releases[0]).replace("deploy:", granted) + top
    cli.folder.joinpath("compose.yaml").write_text(text)

    cli("apply", "--engine", "swarm", "-p", workflow_name, env={"OWN": "very-secret"}).exits(0)

    spec = docker_client.services.get(f"{workflow_name}_web").attrs["Spec"]["TaskTemplate"]["ContainerSpec"]
    files = {one["File"]["Name"]: one["SecretName"] for one in spec["Secrets"]}
    assert files["/run/secrets/theirs"] == f"{workflow_name}-key"
    assert files["/run/secrets/own"].startswith(f"{workflow_name}_own")
    assert [(one["File"]["Name"], one["File"]["Mode"]) for one in spec["Configs"]] == [("/page", 0o440)]


def test_what_a_service_cannot_have_is_told_at_its_place_before_anything_happens(
    docker_client: DockerClient, cli: Cli, releases: list[str], workflow_name: str
) -> None:
    more = "    init: true\n    privileged: true\n    devices: [/dev/fuse]\n    ports: ['127.0.0.1:80:80']\n"
    text = SMALL.replace("IMAGE", releases[0]).replace("    init: true\n", more)
    cli.folder.joinpath("compose.yaml").write_text(text)

    done = cli("apply", "--engine", "swarm", "-p", workflow_name).exits(2)

    for line in (6, 7, 8):
        assert f"compose.yaml:{line}:" in done.stderr
    assert done.stderr.count("error[swarm-cannot]") == 3
    assert not docker_client.api.services(filters={"label": f"runner.workflow={workflow_name}"})


def _spec(client: DockerClient, project: str, service: str) -> Any:
    """Return the spec of a service as far as two that differ in name and owner may be compared."""
    found: Any = client.api.inspect_service(f"{project}_{service}", insert_defaults=True)["Spec"]
    # Where a stack goes on at once, and stops at a failure, runner waits for its settle time, and goes back.
    update = {key: value for key, value in found["UpdateConfig"].items() if key not in ("FailureAction", "Delay")}
    networks = {one["Id"]: one["Name"] for one in client.api.networks()}
    return _plain({**found, "UpdateConfig": update, "RollbackConfig": None}, project, networks)


def _network(client: DockerClient, project: str, name: str) -> Any:
    found = client.api.inspect_network(f"{project}_{name}")
    kept = ("Driver", "Scope", "Attachable", "Internal", "Labels", "EnableIPv6")
    return _plain({key: found[key] for key in kept}, project, {})


def _plain(value: Any, project: str, networks: Mapping[str, str], key: str = "") -> Any:
    """Leave out names, labels of owners and what is empty; put names of networks in the place of ids."""
    if isinstance(value, Mapping):
        inner = {
            name: _plain(one, project, networks, name)
            for name, one in value.items()
            if not name.startswith(OURS) and name not in BY_CLIENT and not (key == "" and name == "Name")
        }
        return {name: one for name, one in inner.items() if one not in (None, "", 0, False, {}, [], "vip")}
    if isinstance(value, list):
        plain = [_plain(one, project, networks, key) for one in value]
        return sorted(plain) if key in LISTS else plain
    if isinstance(value, str):
        text = "".join(value.split()) if key == "Constraints" else networks.get(value, value)
        return text.replace(project, "PROJECT")
    return value
