"""The docker client's proxies go into builds, containers and jobs, count for nothing there, and are never shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from docker import DockerClient

from tests.harness.cli import Cli, Finished
from tests.harness.engine import Engine
from tests.harness.live import Live

Write = Callable[..., Path]

PASSWORD = "correct-horse-7"
URL = f"http://joe:{PASSWORD}@proxy.example:3128"
TEXT = """\
images:
  built:
    build:
      dockerfile_inline: |
        FROM busybox:stable
        RUN echo "$$http_proxy" >/proxy; echo "$$HTTPS_PROXY" >>/proxy; echo "$$http_proxy"
      args: {HTTPS_PROXY: own}
containers:
  web: {<<: *idle, image: built, environment: {NO_PROXY: own}}
jobs:
  once: {image: "busybox:stable", command: [env]}
"""


def proxies(cli: Cli, listed: dict[str, dict[str, str]]) -> None:
    folder = cli.home / ".docker"
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"proxies": listed}))


def environment(live: Live, key: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in live.container(key)["Config"]["Env"])


def hidden(finished: Finished) -> Finished:
    for text in (finished.text, json.dumps(finished.events)):
        assert PASSWORD not in text
    return finished


def test_builds_containers_and_jobs_get_them_and_nothing_is_drift(
    cli: Cli, workflow: Write, live: Live, docker_client: DockerClient
) -> None:
    proxies(cli, {"default": {"httpProxy": URL, "httpsProxy": URL, "noProxy": "localhost"}})
    workflow(TEXT)
    hidden(cli("apply", "-o", "plain").exits(0))
    found = environment(live, "web")
    assert (found["http_proxy"], found["HTTP_PROXY"], found["no_proxy"], found["NO_PROXY"]) == (
        URL,
        URL,
        "localhost",
        "own",
    )
    web = docker_client.containers.get(live.id("web"))
    assert web.exec_run(["cat", "/proxy"]).output.decode().split() == [URL, "own"]
    hidden(cli("inspect", "container.web").exits(0))
    hidden(cli("logs", "--tail", "50").exits(0))
    for changed in ({"default": {"httpProxy": "http://other"}}, {}):
        hidden(cli("plan", "--detailed-exitcode").exits(0))
        proxies(cli, changed)
    cli("plan", "--detailed-exitcode").exits(0)
    workflow(TEXT.replace("NO_PROXY: own", "NO_PROXY: own, HTTP_PROXY: mine"))
    told = hidden(cli("plan", "--detailed-exitcode").exits(10))
    assert "environment.HTTP_PROXY" in told.stdout
    hidden(cli("plan", "-o", "json").exits(0))
    hidden(cli("apply").exits(0))
    assert environment(live, "web")["HTTP_PROXY"] == "mine"


def test_those_of_the_engine_go_first_and_one_key_turns_all_off(
    cli: Cli, workflow: Write, live: Live, engine: Engine
) -> None:
    proxies(cli, {"default": {"httpProxy": "http://all"}, engine.url: {"httpProxy": "http://this"}})
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    assert environment(live, "web")["http_proxy"] == "http://this"
    workflow("proxies: false\ncontainers: {web: {<<: *idle, environment: {A: b}}}")
    cli("apply").exits(0)
    assert not any("proxy" in name.lower() for name in environment(live, "web"))
