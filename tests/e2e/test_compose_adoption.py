"""What Docker Compose runs is taken over as it is, and what runner makes of it then stays usable for Compose."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from docker import DockerClient

from tests.harness.cli import Cli, Finished
from tests.harness.compose import Compose
from tests.harness.engine import Engine
from tests.harness.inventory import remove_workflow
from tests.harness.live import Live
from tests.harness.until import until

_PREFIX = "com.docker.compose."
SHOP = """
    x-idle: &idle {image: "busybox:stable", command: sleep infinity, init: true, stop_grace_period: 0s}
    services:
      db:
        <<: *idle
        volumes: [data:/data, /own]
        healthcheck: {test: "true", interval: 1s}
        networks: {back: {aliases: [database]}}
      web:
        build: .
        command: sleep infinity
        init: true
        stop_grace_period: 0s
        scale: 2
        networks: [back, default]
        depends_on: {db: {condition: service_healthy}, migration: {condition: service_completed_successfully}}
      beside: {<<: *idle, network_mode: "service:db"}
      migration: {image: "busybox:stable", command: sh -c 'echo ran >>/data/runs', volumes: ["data:/data"]}
      seed: {image: "busybox:stable", command: sh -c 'echo ran >>/data/seeds', volumes: ["data:/data"]}
    networks: {back: {}}
    volumes: {data: {}}
"""
IDLE = "{image: 'busybox:stable', command: sleep infinity, init: true, stop_grace_period: 0s, %s}"

Project = Callable[[str], Path]


@pytest.fixture
def compose(engine: Engine, cli: Cli, docker_client: DockerClient, workflow_name: str) -> Iterator[Compose]:
    """Docker Compose in the folder of `cli`; what the project has is removed in the end."""
    compose = Compose(engine, cli.folder)
    yield compose
    compose("down", "--volumes", "--remove-orphans")
    remove_workflow(docker_client, workflow_name)
    for volume in docker_client.volumes.list():
        if not volume.attrs["Labels"] or "com.docker.volume.anonymous" in volume.attrs["Labels"]:
            volume.remove()


@pytest.fixture
def project(cli: Cli, workflow_name: str) -> Project:
    """Write a text as the compose.yaml of `cli`, under this test's name."""

    def write(text: str) -> Path:
        path = cli.folder / "compose.yaml"
        path.write_text(f"name: {workflow_name}\n{dedent(text)}", encoding="utf-8")
        return path

    return write


@pytest.fixture
def shop(cli: Cli, project: Project, compose: Compose) -> Path:
    """A project that runs under Compose: replicas, an image that it builds, a shared namespace, and two one-shots."""
    (cli.folder / "Dockerfile").write_text("FROM busybox:stable\nCOPY page /page\n")
    (cli.folder / "page").write_text("one")
    path = project(SHOP)
    compose("up", "--detach")
    until(lambda: compose.listed().values(), lambda states: list(states).count("exited") == 2)
    return path


def containers(client: DockerClient, project: str) -> dict[str, dict[str, Any]]:
    """Return the documents of a project's containers, by name without the project's."""
    listed = client.api.containers(all=True, filters={"label": f"{_PREFIX}project={project}"})
    found = (client.api.inspect_container(one["Id"]) for one in listed)
    return {one["Name"].removeprefix(f"/{project}-"): one for one in found}


def ids(client: DockerClient, project: str) -> dict[str, str]:
    """Return the ids of a project's containers."""
    return {name: one["Id"] for name, one in containers(client, project).items()}


def lives(client: DockerClient, project: str) -> dict[str, tuple[str, str]]:
    """Return the ids of a project's containers, and since when each has run."""
    found = containers(client, project)
    return {name: (one["Id"], one["State"]["StartedAt"]) for name, one in found.items()}


def verbs(planned: Finished) -> dict[str, str]:
    """Return what a plan would do, by address."""
    return {one["address"]: one["verb"] for one in planned.json["changes"] if one["action"] != "no-op"}


def labels(client: DockerClient, project: str) -> dict[str, dict[str, str]]:
    """Return Compose's labels on all that a project has, by kind and name."""
    filters = {"label": f"{_PREFIX}project={project}"}
    volumes = client.api.volumes(filters=filters)["Volumes"] or ()
    found = {f"container {name}": one["Config"]["Labels"] for name, one in containers(client, project).items()}
    found |= {f"network {one['Name']}": one["Labels"] for one in client.api.networks(filters=filters)}
    found |= {f"volume {one['Name']}": one["Labels"] for one in volumes}
    return {thing: {name: one[name] for name in one if name.startswith(_PREFIX)} for thing, one in found.items()}


@pytest.mark.usefixtures("shop")
def test_a_running_project_is_taken_over_without_being_touched(
    cli: Cli, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    before = lives(docker_client, workflow_name)

    planned = cli("plan", "-o", "json").exits(0)
    cli("apply").exits(0)

    assert set(verbs(planned).values()) == {"adopt"}
    assert not any(one["diff"] for one in planned.json["changes"])
    assert lives(docker_client, workflow_name) == before
    cli("plan", "--detailed-exitcode").exits(0)
    assert len(compose.listed()) == 6
    assert compose("exec", "db", "cat", "/data/runs", "/data/seeds").split() == ["ran", "ran"]
    compose("up", "--detach")
    assert ids(docker_client, workflow_name) == {name: id for name, (id, _) in before.items()}
    cli("plan", "--detailed-exitcode").exits(0)


def test_what_runner_replaced_is_still_found_by_compose(
    cli: Cli, compose: Compose, shop: Path, docker_client: DockerClient, workflow_name: str
) -> None:
    compose("exec", "db", "sh", "-c", "echo kept >/own/file")
    cli("apply").exits(0)
    before = ids(docker_client, workflow_name)
    shop.write_text(shop.read_text().replace("healthcheck: {test", "labels: {team: a}\n    healthcheck: {test", 1))
    (cli.folder / "page").write_text("two")

    changed = cli("apply").exits(0)

    after = ids(docker_client, workflow_name)
    assert {name for name in after if after[name] != before[name]} == {"db-1", "web-1", "web-2", "beside-1"}
    assert changed.endings["image.web"] == "ready"
    assert set(compose.listed()) == {f"{workflow_name}-{name}" for name in after}
    assert compose("exec", "db", "cat", "/own/file").strip() == "kept"
    assert compose("exec", "web", "cat", "/page") == "two"
    compose("logs", "migration")
    compose("up", "--detach")
    assert ids(docker_client, workflow_name) == after
    cli("plan", "--detailed-exitcode").exits(0)
    compose("stop")
    assert "container.db" in verbs(cli("plan", "-o", "json").exits(0))
    cli("apply").exits(0)
    compose("down")
    assert not containers(docker_client, workflow_name)


def test_what_runner_creates_bears_the_labels_that_compose_would_give_it(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    (cli.folder / "Dockerfile").write_text("FROM busybox:stable\n")
    (cli.folder / "variables").write_text("FROM_FILE=a$$b<>&\n")
    (cli.folder / "token").write_text("a-long-enough-secret")
    text = (
        SHOP.replace("test:", "retries: 4, test:")
        .replace(
            "networks: {back: {}}",
            "networks: {back: {driver_opts: {com.docker.network.driver.mtu: '1400'}, labels: {c: d}}}",
        )
        .replace(
            "volumes: [data:/data, /own]",
            "volumes: [data:/data, /own]\n        env_file: variables\n        secrets: [token]\n        cpus: 0.5",
        )
    )
    project(text + "    secrets: {token: {file: ./token}}\n")
    (cli.folder / "page").write_text("one")
    cli("apply").exits(0)
    ours = labels(docker_client, workflow_name)
    running = ids(docker_client, workflow_name)

    compose("up", "--detach")

    assert ids(docker_client, workflow_name) == running
    cli("plan", "--detailed-exitcode").exits(0)
    compose("down", "--volumes")
    assert not labels(docker_client, workflow_name)
    compose("up", "--detach")
    theirs = labels(docker_client, workflow_name)
    assert _comparable(ours) == _comparable(theirs)


def _comparable(found: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Leave out the hash of what has another container's id in it, and sort what Compose writes in any order."""
    kept: dict[str, dict[str, str]] = {}
    for thing, one in found.items():
        kept[thing] = {**one, f"{_PREFIX}depends_on": ",".join(sorted(one.get(f"{_PREFIX}depends_on", "").split(",")))}
        if thing == "container beside-1":
            del kept[thing][f"{_PREFIX}config-hash"]
    return kept


def test_where_only_the_way_of_secrets_differs_the_container_is_replaced_in_the_safe_way(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    (cli.folder / "token").write_text("a-long-enough-secret")
    text = f"""
    services:
      web: {IDLE % "secrets: [token], volumes: ['data:/data', /own]"}
    secrets: {{token: {{file: ./token}}}}
    volumes: {{data: {{}}}}
    """
    path = project(text)
    compose("up", "--detach")
    compose("exec", "web", "sh", "-c", "echo kept >/own/file; echo kept >/data/file")
    theirs = ids(docker_client, workflow_name)

    planned = cli("plan", "-o", "json").exits(0)
    path.write_text(path.read_text().replace("sleep infinity", "'false'"))
    failed = cli("apply").exits(5)
    assert ids(docker_client, workflow_name) == theirs
    assert failed.endings["container.web"] == "rolled_back"
    path.write_text(path.read_text().replace("'false'", "sleep infinity"))
    cli("apply").exits(0)

    change = next(one for one in planned.json["changes"] if one["address"] == "container.web")
    assert change["verb"] == "adopt and replace"
    assert [found["path"] for found in change["diff"]] == ["secrets./run/secrets/token"]
    files = compose("exec", "web", "cat", "/own/file", "/data/file", "/run/secrets/token")
    assert files.split() == ["kept", "kept", "a-long-enough-secret"]
    cli("plan", "--detailed-exitcode").exits(0)


_REMOVED = """\
    privileged: true, cap_drop: [CHOWN], ports: ['127.0.0.1::8080'], volumes: ['data:/data'], user: '1000',
    environment: {KEPT: a, GONE: b}, labels: {gone: c}, restart: always, mem_limit: 64m, shm_size: 32m,
    healthcheck: {test: 'true', interval: 9s}, hostname: gone, ulimits: {nofile: 512}, stop_signal: SIGINT
"""


def test_what_the_file_has_lost_since_compose_created_it_is_taken_back(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    path = project(f"services: {{web: {IDLE % _REMOVED.strip()}}}\nvolumes: {{data: {{}}}}")
    compose("up", "--detach")
    before = lives(docker_client, workflow_name)
    assert not any(one["diff"] for one in cli("plan", "-o", "json").exits(0).json["changes"])
    path.write_text(path.read_text().replace(_REMOVED.strip(), "environment: {KEPT: a}"))

    planned = cli("plan", "-o", "json").exits(0)
    assert lives(docker_client, workflow_name) == before
    cli("apply", "--yes").exits(0)

    change = next(one for one in planned.json["changes"] if one["address"] == "container.web")
    assert change["verb"] == "adopt and replace"
    assert {found["path"] for found in change["diff"]} == {
        *("privileged", "cap_drop", "ports", "volumes./data", "user", "environment.GONE", "labels.gone", "restart"),
        *("limits.memory", "shm_size", "healthcheck.test", "healthcheck.interval", "hostname", "ulimits.nofile"),
        "stop_signal",
    }
    assert {found["reason"] for found in change["diff"]} == {"spec"}
    web = containers(docker_client, workflow_name)["web-1"]
    config, host = web["Config"], web["HostConfig"]
    assert not any(host[key] for key in ("Privileged", "CapDrop", "PortBindings", "Binds", "Memory", "Ulimits"))
    assert not any(config.get(key) for key in ("User", "Healthcheck", "StopSignal"))
    assert (host["RestartPolicy"]["Name"] or "no", host["ShmSize"]) == ("no", 64 * 1024**2)
    assert "gone" not in {config["Hostname"], *config["Labels"]}
    assert "KEPT=a" in config["Env"]
    assert "GONE=b" not in config["Env"]
    cli("plan", "--detailed-exitcode").exits(0)
    running = ids(docker_client, workflow_name)
    compose("up", "--detach")
    assert ids(docker_client, workflow_name) == running


def test_nothing_but_what_the_file_has_lost_counts_and_what_can_be_is_changed_in_place(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    (cli.folder / "Dockerfile").write_text(
        "FROM busybox:stable\nENV FROM_IMAGE=a\nLABEL from=image\nVOLUME /own\nEXPOSE 81\nUSER root\n"
        'HEALTHCHECK CMD true\nWORKDIR /tmp\nSTOPSIGNAL SIGINT\nCMD ["sleep", "infinity"]\n'
    )
    path = project(
        f"""
        services:
          web: {{build: ., entrypoint: sleep infinity, ports: ['8080'], volumes: [/other], restart: always}}
          beside: {IDLE % "network_mode: 'service:web', restart: always"}
        """
    )
    compose("up", "--detach")
    before = lives(docker_client, workflow_name)
    path.write_text(path.read_text().replace(", restart: always", ""))

    planned = cli("plan", "-o", "json").exits(0)
    cli("apply").exits(0)

    found = {one["address"]: [diff["path"] for diff in one["diff"]] for one in planned.json["changes"] if one["diff"]}
    assert found == {"container.web": ["restart"], "container.beside": ["restart"]}
    assert lives(docker_client, workflow_name) == before
    policies = {one["HostConfig"]["RestartPolicy"]["Name"] for one in containers(docker_client, workflow_name).values()}
    assert policies <= {"", "no"}
    cli("plan", "--detailed-exitcode").exits(0)


def test_what_a_network_has_lost_since_compose_created_it_is_taken_back(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    path = project(
        f"services: {{web: {IDLE % 'networks: [back, front]'}}}\n"
        "networks: {back: {internal: true, labels: {gone: a}}, front: {labels: {kept: a}}}"
    )
    compose("up", "--detach")
    path.write_text(path.read_text().replace("internal: true, labels: {gone: a}", ""))

    planned = cli("plan", "-o", "json").exits(0)
    cli("apply").exits(0)

    found = {one["address"]: [diff["path"] for diff in one["diff"]] for one in planned.json["changes"] if one["diff"]}
    assert found == {"network.back": ["internal", "labels.gone"]}
    back = docker_client.api.inspect_network(f"{workflow_name}_back")
    assert not back["Internal"]
    assert "gone" not in back["Labels"]
    cli("plan", "--detailed-exitcode").exits(0)
    running = ids(docker_client, workflow_name)
    compose("up", "--detach")
    assert ids(docker_client, workflow_name) == running


def test_what_is_unhealthy_when_it_is_adopted_is_a_warning(cli: Cli, project: Project, compose: Compose) -> None:
    check = "healthcheck: {test: 'exit 1', interval: 0.2s, retries: 1}"
    project(f"services: {{web: {IDLE % check}}}")
    compose("up", "--detach")
    until(lambda: compose("ps"), lambda listed: "(unhealthy)" in listed)

    planned = cli("plan", "-o", "json").exits(0)

    assert [found["code"] for found in planned.json["warnings"]] == ["unhealthy"]
    assert "container.web is unhealthy" in cli("apply").exits(0).stderr


def test_a_run_that_is_killed_while_it_replaces_what_it_adopts_is_completed_by_the_next_one(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    (cli.folder / "token").write_text("a-long-enough-secret")
    project(f"services: {{web: {IDLE % 'secrets: [token]'}}}\nsecrets: {{token: {{file: ./token}}}}")
    compose("up", "--detach")
    theirs = ids(docker_client, workflow_name)["web-1"]

    cli.start("apply").until("container.web", "starting").send(signal.SIGKILL).abandon()
    cli("apply").exits(0)

    assert list(ids(docker_client, workflow_name)) == ["web-1"]
    assert ids(docker_client, workflow_name)["web-1"] != theirs
    cli("plan", "--detailed-exitcode").exits(0)
    assert compose.listed() == {f"{workflow_name}-web-1": "running"}


def test_an_atomic_run_that_fails_leaves_everything_to_compose(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    path = project(f"services: {{web: {IDLE % ''}, db: {IDLE % ''}}}")
    compose("up", "--detach")
    theirs = ids(docker_client, workflow_name)
    planned = verbs(cli("plan", "-o", "json").exits(0))
    path.write_text(path.read_text().replace("sleep infinity", "'false'", 1))

    cli("apply", "--atomic").exits(5)

    assert ids(docker_client, workflow_name) == theirs
    path.write_text(path.read_text().replace("'false'", "sleep infinity"))
    assert verbs(cli("plan", "-o", "json").exits(0)) == planned
    assert set(compose.listed().values()) == {"running"}


def test_names_of_compose_v1_are_found_by_their_labels(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    project(f"services: {{web: {IDLE % 'scale: 2'}}}")
    compose("up", "--detach")
    api, before = docker_client.api, lives(docker_client, workflow_name)
    for number in (1, 2):
        api.rename(f"{workflow_name}-web-{number}", f"{workflow_name}_web_{number}")

    cli("apply").exits(0)

    assert lives(docker_client, workflow_name) == before
    cli("plan", "--detailed-exitcode").exits(0)
    compose("up", "--detach")
    assert lives(docker_client, workflow_name) == before


def test_one_offs_and_what_the_file_lacks_are_left_alone(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    other = f"other: {IDLE % ''}"
    path = project(f"services: {{web: {IDLE % ''}, {other}}}")
    compose("up", "--detach", "--scale", "web=2")
    compose("run", "--detach", "web", "sleep", "1000")
    before = lives(docker_client, workflow_name)
    path.write_text(path.read_text().replace(f", {other}", ""))

    planned = cli("plan", "-o", "json").exits(0)
    cli("apply").exits(0)

    assert lives(docker_client, workflow_name) == before
    told = [one["message"] for one in planned.json["warnings"] if one["code"] == "under-compose"]
    assert sorted(message.split('"')[1] for message in told) == [f"{workflow_name}-other-1", f"{workflow_name}-web-2"]
    assert "network-in-use" in cli("destroy", "--yes").exits(0).stderr
    assert before.keys() - ids(docker_client, workflow_name).keys() == {"web-1"}


@pytest.mark.usefixtures("shop")
def test_what_compose_has_created_anew_is_taken_over_again(
    cli: Cli, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    cli("apply").exits(0)
    compose("down")
    compose("up", "--detach")
    until(lambda: compose.listed().values(), lambda states: list(states).count("exited") == 2)
    before = lives(docker_client, workflow_name)

    cli("apply").exits(0)

    assert lives(docker_client, workflow_name) == before
    cli("plan", "--detailed-exitcode").exits(0)


def test_what_is_restarted_or_has_a_platform_is_taken_over_too(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    (cli.folder / "token").write_text("a-long-enough-secret")
    project(
        f"""
        services:
          db: {IDLE % "secrets: [token]"}
          web: {IDLE % "depends_on: {db: {condition: service_started, restart: true}}"}
          other: {IDLE % "platform: linux/amd64, device_cgroup_rules: ['c 1:3 mr'], expose: ['90-91/udp']"}
        secrets: {{token: {{file: ./token}}}}
        """
    )
    compose("up", "--detach")
    before = ids(docker_client, workflow_name)

    cli("apply").exits(0)

    after = ids(docker_client, workflow_name)
    assert {name for name in after if after[name] != before[name]} == {"db-1"}
    cli("plan", "--detailed-exitcode").exits(0)


def test_what_compose_has_created_anew_since_goes_with_the_rest(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    path = project(f"services: {{web: {IDLE % ''}, db: {IDLE % ''}}}")
    cli("apply").exits(0)
    path.write_text(path.read_text().replace("web: {", "web: {user: root, "))
    compose("up", "--detach")

    cli("destroy", "--yes").exits(0)

    assert not labels(docker_client, workflow_name)


def test_a_one_shot_that_failed_is_run_again_and_one_that_still_runs_is_awaited(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    path = project(
        f"""
        services:
          broken: {{image: "busybox:stable", command: 'false'}}
          slow: {{image: "busybox:stable", command: sleep 3}}
          web: {IDLE % ""}
        """
    )
    compose("up", "--detach")
    before = ids(docker_client, workflow_name)
    done = "{condition: service_completed_successfully}"
    waits = f"depends_on: {{broken: {done}, slow: {done}}}"
    path.write_text(path.read_text().replace("'false'", "'true'").replace("web: {", f"web: {{{waits}, "))

    applied = cli("apply").exits(0)

    after = ids(docker_client, workflow_name)
    assert {name for name in after if after[name] != before[name]} == {"broken-1"}
    assert applied.endings["job.slow"] == applied.endings["job.broken"] == "succeeded"
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_one_shot_that_ended_is_never_run_by_its_adoption_and_runs_again_once_it_changes(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    (cli.folder / "token").write_text("a-long-enough-secret")
    path = project(
        f"""
        services:
          once: &shows {{image: "busybox:stable", command: cat /run/secrets/token, secrets: [token]}}
          first: *shows
          named: {{<<: *shows, container_name: {workflow_name}-one}}
          web: {IDLE % "depends_on: {first: {condition: service_completed_successfully}}"}
        secrets: {{token: {{file: ./token}}}}
        """
    )
    compose("up", "--detach")
    until(lambda: compose.listed().values(), lambda states: list(states).count("exited") == 3)
    before = lives(docker_client, workflow_name)

    cli("apply").exits(0)
    assert lives(docker_client, workflow_name) == before
    cli("plan", "--detailed-exitcode").exits(0)

    path.write_text(path.read_text().replace("cat /run", "cat -u /run"))
    cli("apply").exits(0)
    after = lives(docker_client, workflow_name)
    assert {name for name in after if after[name] != before[name]} == {"one", "once-1", "first-1"}
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_network_that_runner_created_anew_is_still_composes(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str
) -> None:
    path = project(f"services: {{web: {IDLE % ''}}}")
    compose("up", "--detach")
    cli("apply").exits(0)
    path.write_text(path.read_text() + "\nnetworks: {default: {internal: true}}\n")
    before = lives(docker_client, workflow_name)

    cli("apply").exits(0)

    assert docker_client.api.inspect_network(f"{workflow_name}_default")["Internal"]
    compose("up", "--detach")
    assert lives(docker_client, workflow_name) == before
    cli("plan", "--detailed-exitcode").exits(0)


def test_data_of_another_project_is_not_taken_over(
    cli: Cli, project: Project, compose: Compose, docker_client: DockerClient, workflow_name: str, live: Live
) -> None:
    text = f"""
    services: {{web: {IDLE % "volumes: ['data:/data']"}}}
    volumes: {{data: {{name: "{workflow_name}-shared"}}}}
    """
    project(text)
    docker_client.api.create_volume(f"{workflow_name}-shared", labels={f"{_PREFIX}project": "another"})

    refused = cli("apply").exits(1)

    assert "adopt it with --adopt" in refused.text
    cli("apply", "--adopt").exits(0)
    assert live.runs("web")
    compose("down", "--volumes")
