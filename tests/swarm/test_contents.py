"""Secrets and configs of a swarm: a change is a new version, which services move to without a gap."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from docker import DockerClient
from docker.types import SecretReference

from runner.core.hashes import sha256
from tests.harness.cli import Cli
from tests.harness.swarm import Swarm
from tests.harness.swarm_state import inventory_of, tasks
from tests.harness.task_files import owners_in_tasks, read_in_tasks
from tests.harness.until import until

SERVED = "/www/page"
GOOD = "if grep -q good /etc/app.conf; then exec sleep 1d; fi; exit 3"
"""A program that ends at once unless its config is good."""


def named(client: DockerClient, kind: str, workflow: str) -> list[str]:
    """Return the names of a workflow's secrets or configs, without records."""
    listed = client.api.secrets() if kind == "secret" else client.api.configs()
    specs = [one["Spec"] for one in listed]
    return sorted(
        spec["Name"]
        for spec in specs
        if spec["Labels"].get("runner.address", "").startswith(f"{kind}.")
        and spec["Labels"].get("runner.workflow") == workflow
    )


def digest(text: str) -> str:
    return str(sha256(text.encode()).hexdigest()[:12])


@contextmanager
def watched(swarm: Swarm, port: int) -> Iterator[list[str]]:
    """Ask for a page on all nodes again and again; what is yielded fills with what was served, "" where nobody did."""
    seen: list[str] = []
    over = threading.Event()
    code = f"for n in 1 2 3; do wget -q -T 1 -O - http://10.77.0.$n:{port}/page && exit; done; exit 0"

    def look() -> None:
        while not over.is_set():
            seen.append(swarm.exec_in_hub("sh", "-c", code).strip())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def idle(image: str, more: str = "") -> str:
    return f'{{image: "{image}", command: [sleep, 1d], init: true, stop_grace_period: 0s{more}}}'


def test_a_changed_config_reaches_services_without_a_gap_and_its_former_version_goes(
    cli: Cli,
    workflow: Callable[..., Path],
    workflow_name: str,
    swarm: Swarm,
    docker_client: DockerClient,
    releases: list[str],
) -> None:
    port = swarm.free_port()
    text = f"""
    configs:
      page: {{content: CONTENT}}
    containers:
      web:
        image: {releases[0]}
        command: [httpd, -f, -p, "80", -h, /www]
        init: true
        replicas: 2
        stop_grace_period: 1s
        endpoint_mode: dnsrr
        ports: [{{target: 80, published: {port}, mode: host}}]
        configs: [{{source: page, target: {SERVED}}}]
        update: {{order: stop-first, parallel: 1}}
        healthcheck: {{test: "wget -q -O /dev/null http://127.0.0.1/page", interval: 500ms}}
    """
    workflow(text.replace("CONTENT", "one"))
    cli("apply", "-y").exits(0)
    assert named(docker_client, "config", workflow_name) == [f"{workflow_name}_page-{digest('one')}"]

    workflow(text.replace("CONTENT", "two"))
    planned = cli("plan")
    assert '"one" → "two"' in planned.text, "the plan shows the text"
    with watched(swarm, port) as seen:
        cli("apply", "-y").exits(0)

    assert set(seen) == {"one", "two"}, "somebody served it all the time"
    assert named(docker_client, "config", workflow_name) == [f"{workflow_name}_page-{digest('two')}"]
    assert "No changes" in cli("plan").stdout


def test_a_changed_secret_is_rolled_out_and_never_shown(
    cli: Cli,
    workflow: Callable[..., Path],
    workflow_name: str,
    swarm: Swarm,
    docker_client: DockerClient,
    releases: list[str],
) -> None:
    workflow(f"""
    secrets:
      password: {{file: password.txt}}
    containers:
      web: {idle(releases[0], ", secrets: [password], user: '1000:1001'")}
      other:
        image: {releases[0]}
        command: [sh, -c, "cat /etc/pw; echo; exec sleep 1000"]
        init: true
        secrets: [{{source: password, target: /etc/pw, mode: '0440', uid: 7}}]
    """)
    (cli.folder / "password.txt").write_text("the first secret")
    cli("apply", "-y").exits(0)
    first = named(docker_client, "secret", workflow_name)
    assert read_in_tasks(swarm, f"{workflow_name}-web", "/run/secrets/password") == {"the first secret"}
    assert owners_in_tasks(swarm, f"{workflow_name}-web", "/run/secrets/password") == {"1000:1001 400"}
    assert owners_in_tasks(swarm, f"{workflow_name}-other", "/etc/pw") == {"7:0 440"}
    assert digest("the first secret") not in first[0], "a digest of something short can be guessed"

    until(lambda: cli("logs").exits(0), lambda logs: "other@" in logs.stdout and not logs.stderr)
    assert "secret" not in cli("logs").stdout

    (cli.folder / "password.txt").write_text("the second secret")
    ended = cli("apply", "-y").exits(0)

    assert f"had the secret {first[0]}, and a swarm shows what is in none" in cli("logs").exits(0).stderr
    assert "second" not in ended.text + json.dumps(ended.events)
    assert ended.reasons["container.web"] == ["dependency"]
    assert read_in_tasks(swarm, f"{workflow_name}-web", "/run/secrets/password") == {"the second secret"}
    assert read_in_tasks(swarm, f"{workflow_name}-other", "/etc/pw") == {"the second secret"}
    (second,) = named(docker_client, "secret", workflow_name)
    assert [second] != first
    assert "No changes" in cli("plan").stdout


def test_a_bad_version_is_rolled_back_and_the_good_one_is_still_there(
    cli: Cli,
    workflow: Callable[..., Path],
    workflow_name: str,
    swarm: Swarm,
    docker_client: DockerClient,
    releases: list[str],
) -> None:
    text = f"""
    configs:
      app: {{content: CONTENT}}
    containers:
      web:
        image: {releases[0]}
        command: [sh, -c, "{GOOD}"]
        stop_grace_period: 0s
        update: {{monitor: 2s}}
        configs: [{{source: app, target: /etc/app.conf}}]
    """
    workflow(text.replace("CONTENT", "good one"))
    cli("apply", "-y").exits(0)
    workflow(text.replace("CONTENT", "worse"))
    cli("apply", "-y").exits(5)

    service = f"{workflow_name}-web"
    assert [task.state for task in tasks(docker_client, service)] == ["running"]
    assert read_in_tasks(swarm, service, "/etc/app.conf") == {"good one"}

    for content in ("good one", "good two"):  # back, and onwards: what was bad goes with that
        workflow(text.replace("CONTENT", content))
        cli("apply", "-y").exits(0)
        assert read_in_tasks(swarm, service, "/etc/app.conf") == {content}
        assert named(docker_client, "config", workflow_name) == [f"{workflow_name}_app-{digest(content)}"]
        assert "No changes" in cli("plan").stdout


def test_an_atomic_run_that_fails_takes_new_versions_back(
    cli: Cli,
    workflow: Callable[..., Path],
    workflow_name: str,
    swarm: Swarm,
    docker_client: DockerClient,
    releases: list[str],
) -> None:
    text = f"""
    on_failure: rollback
    configs:
      app: {{content: CONTENT}}
    networks:
      front: {{labels: {{release: CONTENT}}}}
    containers:
      api: {idle(releases[0], ", networks: [front], configs: [{source: app, target: /etc/app.conf}]")}
      web:
        image: {releases[0]}
        command: [sh, -c, "{GOOD}"]
        networks: [front]
        stop_grace_period: 0s
        update: {{monitor: 2s}}
        configs: [{{source: app, target: /etc/app.conf}}]
        depends_on: [api]
    """
    workflow(text.replace("CONTENT", "good"))
    cli("apply", "-y").exits(0)
    before = inventory_of(docker_client)
    workflow(text.replace("CONTENT", "worse"))
    cli("apply", "-y").exits(5)

    assert inventory_of(docker_client) == before
    assert read_in_tasks(swarm, f"{workflow_name}-api", "/etc/app.conf") == {"good"}
    workflow(text.replace("CONTENT", "good"))
    assert "No changes" in cli("plan").stdout


def test_what_nobody_uses_gets_its_new_content_and_loses_the_old(
    cli: Cli, workflow: Callable[..., Path], workflow_name: str, docker_client: DockerClient
) -> None:
    workflow("configs: {app: {content: one}}")
    cli("apply", "-y").exits(0)
    workflow("configs: {app: {content: two}}")
    cli("apply", "-y").exits(0)
    assert named(docker_client, "config", workflow_name) == [f"{workflow_name}_app-{digest('two')}"]
    cli("destroy", "-y").exits(0)
    assert named(docker_client, "config", workflow_name) == []


@pytest.mark.parametrize("at", [("config.app", "ready"), ("container.web", "updating"), ("container.web", "ready")])
def test_a_run_that_is_killed_in_between_leaves_nothing_for_good(
    cli: Cli,
    workflow: Callable[..., Path],
    workflow_name: str,
    swarm: Swarm,
    docker_client: DockerClient,
    releases: list[str],
    at: tuple[str, str],
) -> None:
    text = f"""
    configs:
      app: {{content: CONTENT}}
    containers:
      web: {idle(releases[0], ", configs: [{source: app, target: /etc/app.conf}]")}
    """
    workflow(text.replace("CONTENT", "one"))
    cli("apply", "-y").exits(0)
    workflow(text.replace("CONTENT", "two"))
    cli.start("apply", "-y").until(*at).send(signal.SIGKILL).finish()

    cli("apply", "-y").exits(0)
    assert read_in_tasks(swarm, f"{workflow_name}-web", "/etc/app.conf") == {"two"}
    assert named(docker_client, "config", workflow_name) == [f"{workflow_name}_app-{digest('two')}"]
    assert "No changes" in cli("plan").stdout


def test_a_run_for_one_config_alone_leaves_services_on_the_former_version(
    cli: Cli,
    workflow: Callable[..., Path],
    workflow_name: str,
    swarm: Swarm,
    docker_client: DockerClient,
    releases: list[str],
) -> None:
    text = f"""
    configs:
      app: {{content: CONTENT}}
    containers:
      web: {idle(releases[0], ", configs: [{source: app, target: /etc/app.conf}]")}
    """
    workflow(text.replace("CONTENT", "one"))
    cli("apply", "-y").exits(0)
    workflow(text.replace("CONTENT", "two"))
    cli("apply", "-y", "--target", "config.app").exits(0)
    assert len(named(docker_client, "config", workflow_name)) == 2
    assert "No changes" in cli("plan", "--target", "config.app").stdout
    cli("apply", "-y").exits(0)
    assert read_in_tasks(swarm, f"{workflow_name}-web", "/etc/app.conf") == {"two"}
    assert len(named(docker_client, "config", workflow_name)) == 1


# --- hands


def test_what_was_removed_by_hand_is_made_again(
    cli: Cli, workflow: Callable[..., Path], workflow_name: str, docker_client: DockerClient
) -> None:
    workflow("""
    configs: {app: {content: one}}
    secrets: {password: {file: password.txt}}
    """)
    (cli.folder / "password.txt").write_text("a long secret")
    cli("apply", "-y").exits(0)
    for one in docker_client.api.configs(filters={"label": f"runner.workflow={workflow_name}"}):
        docker_client.api.remove_config(one["ID"])
    for one in docker_client.api.secrets(filters={"label": f"runner.workflow={workflow_name}"}):
        docker_client.api.remove_secret(one["ID"])

    ended = cli("apply", "-y").exits(0)
    assert ended.reasons == {"config.app": ["missing"], "secret.password": ["missing"]}
    assert "No changes" in cli("plan").stdout


def test_another_content_under_the_same_name_is_drift(
    cli: Cli, workflow: Callable[..., Path], workflow_name: str, docker_client: DockerClient
) -> None:
    workflow("configs: {app: {content: one}}")
    cli("apply", "-y").exits(0)
    (found,) = docker_client.api.configs(filters={"label": f"runner.workflow={workflow_name}"})
    docker_client.api.remove_config(found["ID"])
    docker_client.api.create_config(found["Spec"]["Name"], "another", found["Spec"]["Labels"])

    assert cli("apply", "-y").exits(0).reasons == {"config.app": ["drift"]}
    (left,) = docker_client.api.configs(filters={"label": f"runner.workflow={workflow_name}"})
    assert left["Spec"]["Data"] == "b25l"
    assert "No changes" in cli("plan").stdout


@pytest.mark.parametrize("label", ["runner.applied", "runner.workflow", "mine"])
def test_labels_changed_by_hand_lead_to_no_wrong_plan(
    cli: Cli, workflow: Callable[..., Path], workflow_name: str, docker_client: DockerClient, label: str
) -> None:
    workflow("""
    configs: {app: {content: one}}
    secrets: {password: {file: password.txt}}
    """)
    (cli.folder / "password.txt").write_text("a long secret")
    cli("apply", "-y").exits(0)
    strangers, api = [], cast("Any", docker_client.api)
    for kind in ("configs", "secrets"):
        for one in getattr(api, kind)(filters={"label": f"runner.workflow={workflow_name}"}):
            labels = {**one["Spec"]["Labels"], label: "changed"}
            url = api._url(f"/{kind}/{one['ID']}/update?version={one['Version']['Index']}")
            api._post_json(url, {"Name": one["Spec"]["Name"], "Labels": labels}).raise_for_status()
            strangers.append((kind, one["ID"]))
    try:
        cli("apply", "-y").exits(0)
        assert "No changes" in cli("plan").stdout
        assert len(named(docker_client, "config", workflow_name)) == 1
        assert len(named(docker_client, "secret", workflow_name)) == 1
    finally:
        if label == "runner.workflow":  # they are nobody's by now
            for kind, id in strangers:
                getattr(api, f"remove_{kind.removesuffix('s')}")(id)


def test_a_destroy_leaves_a_secret_to_a_service_of_somebody_else(
    cli: Cli, workflow: Callable[..., Path], workflow_name: str, docker_client: DockerClient
) -> None:
    workflow("""
    configs: {app: {content: one}}
    secrets: {password: {file: password.txt}}
    """)
    (cli.folder / "password.txt").write_text("a long secret")
    cli("apply", "-y").exits(0)
    (secret,) = docker_client.secrets.list(filters={"label": f"runner.workflow={workflow_name}"})
    service = docker_client.services.create(
        "busybox:stable", command=["sleep", "1d"], init=True, secrets=[SecretReference(secret.id, secret.name)]
    )
    try:
        ended = cli("destroy", "-y").exits(0)
        assert "still-in-use" in ended.text
        assert service.name in ended.text
        assert ended.endings == {"config.app": "removed", "secret.password": "unchanged"}
    finally:
        service.remove()
    cli("destroy", "-y").exits(0)
    assert named(docker_client, "secret", workflow_name) == []


# --- limits and names


def test_what_a_swarm_does_not_take_is_refused_with_its_place(cli: Cli, workflow: Callable[..., Path]) -> None:
    workflow("""
    configs:
      large: {file: large.txt}
      none: {content: ""}
    secrets:
      big: {file: big.txt}
      empty: {file: empty.txt}
    """)
    (cli.folder / "large.txt").write_bytes(b"x" * 1_024_000)
    (cli.folder / "big.txt").write_bytes(b"x" * 512_000)
    (cli.folder / "empty.txt").write_bytes(b"")
    text = cli("validate").exits(2).text
    assert text.count("error[swarm-cannot]") == 4
    for line in (8, 9, 11, 12):
        assert f"workflow.yaml:{line}:" in text


def test_the_largest_contents_are_taken(
    cli: Cli, workflow: Callable[..., Path], docker_client: DockerClient, workflow_name: str
) -> None:
    workflow("""
    configs: {large: {file: large.txt}}
    secrets: {big: {file: big.txt}}
    """)
    (cli.folder / "large.txt").write_bytes(b"\xff" * 1_023_999)
    (cli.folder / "big.txt").write_bytes(b"\xff" * 511_999)
    cli("apply", "-y").exits(0)
    assert "No changes" in cli("plan").stdout


def test_long_keys_and_keys_with_odd_ends_get_names_that_a_swarm_takes(
    cli: Cli, workflow: Callable[..., Path], docker_client: DockerClient, workflow_name: str
) -> None:
    long = "k" * 80
    workflow(f"""
    configs: {{{long}: {{content: one}}, {long}x: {{content: one}}, a.b: {{content: one}}, c_: {{content: one}}}}
    networks: {{{long}: {{}}, a.b: {{}}, c_: {{}}}}
    """)
    cli("apply", "-y").exits(0)
    assert len(named(docker_client, "config", workflow_name)) == 4
    assert "No changes" in cli("plan").stdout


def test_two_workflows_have_the_same_key_for_different_things(
    cli: Cli, workflow: Callable[..., Path], docker_client: DockerClient, workflow_name: str, releases: list[str]
) -> None:
    text = f"""
    configs: {{app: {{content: CONTENT}}}}
    containers:
      web: {idle(releases[0], ", configs: [{source: app, target: /etc/app.conf}]")}
    """
    first = workflow(text.replace("CONTENT", "one"))
    cli("apply", "-y").exits(0)
    other = cli.folder / "other.yaml"
    name = f"{workflow_name}-o"
    other.write_text(first.read_text().replace(f"name: {workflow_name}", f"name: {name}"))
    cli("apply", "-y", "other.yaml").exits(0)
    assert "No changes" in cli("plan").stdout
    cli("destroy", "-y", "other.yaml").exits(0)
    assert named(docker_client, "config", name) == []
    assert named(docker_client, "config", workflow_name) == [f"{workflow_name}_app-{digest('one')}"]
    assert "No changes" in cli("plan").stdout


def test_a_secret_as_a_variable_is_in_the_spec(
    cli: Cli, workflow: Callable[..., Path], docker_client: DockerClient, workflow_name: str, releases: list[str]
) -> None:
    workflow(f"""
    secrets: {{password: {{file: password.txt}}}}
    containers:
      web: {idle(releases[0], ", environment: {PASSWORD: {secret: password}}")}
    """)
    (cli.folder / "password.txt").write_text("a long secret\n")
    ended = cli("apply", "-y").exits(0)
    assert "a long secret" not in ended.text + json.dumps(ended.events)
    spec = docker_client.services.get(f"{workflow_name}-web").attrs["Spec"]
    assert spec["TaskTemplate"]["ContainerSpec"]["Env"] == ["PASSWORD=a long secret"]
    assert "No changes" in cli("plan").stdout
