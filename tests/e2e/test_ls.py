"""ls tells all workflows of an engine, by what is recorded there: no file is needed, and nothing is inspected."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.fault_proxy import FaultProxy
from tests.harness.live import Live


def test_a_workflow_is_told_without_its_file_and_by_few_calls(
    cli: Cli,
    workflow: Callable,
    workflow_name: str,
    docker_client: DockerClient,
    live: Live,
    clients: Callable[..., Cli],
    proxy: FaultProxy,
) -> None:
    file = workflow("""
        images: {own: {build: {context: ., dockerfile_inline: "FROM busybox:stable"}}}
        volumes: {data: {}}
        containers:
          web: {<<: *idle, image: own, replicas: 2, volumes: ["data:/data"]}
          stopped: *idle
        jobs:
          seed: {<<: *idle, command: ["true"]}
    """)
    cli("apply").exits(0)
    docker_client.api.stop(live.id("stopped"), timeout=0)
    docker_client.api.remove_container(live.id("seed"))

    proxy.calls.clear()
    row = _row(cli, workflow_name, DOCKER_HOST=proxy.url)

    assert Counter(call.what.partition("?")[0].rpartition("/")[2] for call in proxy.calls) == dict.fromkeys(
        ("version", "info", "json", "networks", "volumes"), 1
    ) | {"json": 2}
    assert row["resources"] == {"image": 1, "network": 1, "volume": 1, "container": 3, "job": 1}
    assert (row["running"], row["expected"], row["ailing"]) == (2, 3, {"exited": 1})
    assert row["last_run"]["result"] == "succeeded"
    assert row["files"] == [f"{os.uname().nodename}:{file}"]
    assert row["lock"] is None

    shown = next(line for line in cli("ls").exits(0).stdout.splitlines() if line.startswith(workflow_name))
    assert "2/3" in shown
    assert "1 exited" in shown
    elsewhere = _row(clients(), workflow_name)
    assert elsewhere["last_run"] is None
    assert elsewhere["changed"]


def _row(cli: Cli, name: str, **env: str) -> dict[str, Any]:
    document = cli("ls", "-o", "json", env=env).exits(0).json
    assert [row["name"] for row in document["workflows"]] == sorted(row["name"] for row in document["workflows"])
    return next(row for row in document["workflows"] if row["name"] == name)
