"""The options of services mean the same here: what Compose made of a file is what runner wants by that file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.compose import Compose
from tests.harness.engine import Engine

_PROJECT = """
name: {name}
x-service: &service {{image: "busybox:stable", command: sleep 1000, init: true, stop_grace_period: 1s}}
services:
  process:
    <<: *service
    container_name: {name}-own
    restart: always
    labels: {{a: b}}
    environment: {{A: "1", B: "x y", C: "$$d"}}
    user: "0"
    hostname: ha
    domainname: d.org
    working_dir: /tmp
    stop_signal: SIGINT
    tty: true
    stdin_open: true
    group_add: ["5"]
    entrypoint: [env, "X=y"]
    ulimits: {{nofile: 1000, nproc: {{soft: 100, hard: 200}}}}
  network:
    <<: *service
    restart: on-failure:3
    expose: ["90", "53/udp"]
    ports: ["127.0.0.1::80", "81"]
    networks: {{front: {{aliases: [www], priority: 3}}, back: {{ipv4_address: 10.211.37.10}}}}
    mac_address: "02:42:ac:11:65:43"
    extra_hosts: ["db:10.0.0.2", "h=host-gateway"]
    dns: [10.0.0.53]
    dns_search: [""]
    dns_opt: [use-vc]
    sysctls: {{net.core.somaxconn: 512}}
  storage:
    <<: *service
    restart: unless-stopped
    volumes:
      - ./conf:/conf:ro
      - ./made:/made
      - data:/data
      - /anonymous
      - {{type: bind, source: ./conf, target: /must, bind: {{create_host_path: false}}}}
      - {{type: volume, source: data, target: /again, read_only: true, volume: {{nocopy: true}}}}
      - {{type: tmpfs, target: /fast, tmpfs: {{size: 8m, mode: 0o1777}}}}
    tmpfs: ["/run:size=8m"]
    read_only: true
    shm_size: 32m
    devices: ["/dev/null:/dev/nothing:rw"]
    device_cgroup_rules: ["c 1:3 rw"]
  limits:
    <<: *service
    restart: always
    cap_add: [NET_ADMIN]
    cap_drop: [CHOWN]
    security_opt: ["no-new-privileges:true", "seccomp:unconfined"]
    mem_limit: 64m
    mem_reservation: 32m
    pids_limit: 50
    oom_score_adj: 5
    logging: {{driver: json-file, options: {{max-size: 1m}}}}
    healthcheck: {{test: ["CMD", "true"], interval: 1s, timeout: 1s, retries: 2, start_period: 1s}}
    ipc: shareable
    uts: host
  replicated:
    <<: *service
    deploy: {{replicas: 2, resources: {{limits: {{memory: 64M, cpus: "0.25"}}}}, restart_policy: {{condition: any}}}}
    depends_on: [process]
  joined:
    <<: *service
    restart: always
    network_mode: service:process
    ipc: service:limits
    healthcheck: {{disable: true}}
  once: {{image: "busybox:stable", command: "true"}}
  migrate: {{image: "busybox:stable", command: "true"}}
  waits: {{<<: *service, restart: always, depends_on: {{migrate: {{condition: service_completed_successfully}}}}}}
  none: {{<<: *service, scale: 0}}
networks:
  front: {{}}
  back: {{internal: true, labels: {{l: m}}, ipam: {{config: [{{subnet: 10.211.37.0/24}}]}}}}
volumes:
  data: {{labels: {{x: y}}}}
"""


@pytest.fixture
def project(tmp_path: Path, engine: Engine, workflow_name: str) -> Iterator[Compose]:
    """A project of services with many options, which Compose has started; in the end nothing is left of it."""
    folder = tmp_path / "project"
    (folder / "conf").mkdir(parents=True)
    (folder / "compose.yaml").write_text(_PROJECT.format(name=workflow_name))
    compose = Compose(engine, folder)
    compose("up", "--detach")
    yield compose
    compose("down", "--volumes", "--timeout", "1")


def test_services_of_many_options_are_taken_over_without_a_difference(
    project: Compose, tmp_path: Path, engine: Engine, docker_client: DockerClient, workflow_name: str
) -> None:
    cli = Cli(engine, project.folder, tmp_path)
    before = _started(docker_client, workflow_name)
    assert len(before) == 10

    cli("apply", "--yes").exits(0)

    assert _started(docker_client, workflow_name) == before
    cli("plan", "--detailed-exitcode").exits(0)


def test_compose_finds_nothing_to_do_in_what_runner_made_of_many_options(
    project: Compose, tmp_path: Path, engine: Engine, docker_client: DockerClient, workflow_name: str
) -> None:
    project("down", "--volumes", "--timeout", "1")
    cli = Cli(engine, project.folder, tmp_path)
    cli("apply", "--yes").exits(0)
    made = set(_started(docker_client, workflow_name))

    project("up", "--detach")

    assert set(_started(docker_client, workflow_name)) == made


def _started(client: DockerClient, project: str) -> dict[str, str]:
    """Return when each of a project's containers was started, by its id."""
    listed = client.api.containers(all=True, filters={"label": f"com.docker.compose.project={project}"})
    return {one["Id"]: client.api.inspect_container(one["Id"])["State"]["StartedAt"] for one in listed}
