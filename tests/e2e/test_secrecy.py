"""A sensitive value is where it is needed, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live

SECRET = "hunter2-and-more"
VARIABLES = "variables: {PASSWORD: {sensitive: true}, SIZE: {default: '1'}}\n"
WORKING = (
    VARIABLES
    + """
networks: {front: {}}
volumes: {data: {}}
containers:
  web:
    <<: *idle
    environment: {PASSWORD: "${PASSWORD}", URL: "db://me:${PASSWORD}@db", SIZE: "${SIZE}"}
    networks: [front]
    volumes: ["data:/data"]
    limits: {memory: 32m}
"""
)


@pytest.fixture(params=["option", "environment", "variable file", "dotenv"])
def giving(request: pytest.FixtureRequest, cli: Cli) -> tuple[list[str], dict[str, str]]:
    """One of the ways to give the secret: options, and an environment."""
    if request.param == "option":
        return ["--var", f"PASSWORD={SECRET}"], {}
    if request.param == "environment":
        return [], {"PASSWORD": SECRET}
    name = ".env" if request.param == "dotenv" else "secrets.env"
    (cli.folder / name).write_text(f"PASSWORD={SECRET}\n")
    return ([] if name == ".env" else ["--var-file", name]), {}


def test_no_command_shows_it_and_no_label_carries_it(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, giving: tuple[list[str], dict[str, str]]
) -> None:
    options, env = giving
    workflow(WORKING)
    shown = [
        cli("validate", *options, env=env),
        cli("plan", *options, env=env),
        cli("plan", "-o", "json", *options, env=env),
        cli("apply", *options, env=env).exits(0),
        cli("apply", "--var", "SIZE=2", "-o", "json", *options, env=env).exits(0),
        cli.terminal("plan", "--var", "SIZE=3", *options, env=env),
        cli("status", *options, env=env),
    ]
    assert f"PASSWORD={SECRET}" in live.container("web")["Config"]["Env"]
    for finished in shown:
        assert SECRET not in finished.text
        assert SECRET not in json.dumps(finished.events)
    assert not [where for where in places(docker_client, live) if SECRET in where]


def places(client: DockerClient, live: Live) -> Iterator[str]:
    """Yield everything on the engine as text, without the environment of containers."""
    container = dict(live.container("web"))
    container["Config"] = {name: value for name, value in container["Config"].items() if name != "Env"}
    yield json.dumps(container)
    yield json.dumps(client.api.networks())
    yield json.dumps(client.api.volumes())
    yield json.dumps([client.api.inspect_image(image["Id"]) for image in client.api.images()])


def test_its_change_is_seen_without_showing_either_value(cli: Cli, workflow: Callable) -> None:
    workflow(WORKING)
    cli("apply", "--var", f"PASSWORD={SECRET}").exits(0)
    plan = cli("plan", "--var", "PASSWORD=another-secret").exits(0)
    assert "environment.PASSWORD" in plan.stdout
    assert "another-secret" not in plan.text
    assert SECRET not in plan.text


def test_what_a_failing_container_says_of_it_is_masked(cli: Cli, workflow: Callable) -> None:
    workflow(
        VARIABLES
        + """
containers:
  web: {<<: *idle, command: [sh, -c, "echo login with $$PASSWORD; exit 1"], environment: {PASSWORD: "${PASSWORD}"}}
"""
    )
    failed = cli("apply", "--var", f"PASSWORD={SECRET}").exits(1)
    assert SECRET not in failed.text
    assert failed.ending("container.web")["tail"] == ["login with ***"]


def test_what_a_build_says_of_it_is_masked(cli: Cli, workflow: Callable) -> None:
    workflow(
        VARIABLES
        + """
images:
  site:
    build:
      dockerfile_inline: "FROM busybox:stable\\nARG PASSWORD\\nRUN echo login with $$PASSWORD && exit 3"
      args: {PASSWORD: "${PASSWORD}"}
"""
    )
    failed = cli("apply", "--var", f"PASSWORD={SECRET}").exits(1)
    assert "login with ***" in failed.text
    assert SECRET not in failed.text
    assert SECRET not in json.dumps(failed.events)


@pytest.mark.parametrize(
    "entry",
    [
        'ports: ["${PASSWORD}:80"]',
        'limits: {memory: "${PASSWORD}"}',
        'depends_on: ["${PASSWORD}"]',
        'networks: ["${PASSWORD}"]',
        'restart: "${PASSWORD}"',
        'image: "${PASSWORD} ${PASSWORD}"',
    ],
)
def test_an_error_about_it_does_not_quote_it(cli: Cli, workflow: Callable, entry: str) -> None:
    workflow(VARIABLES + f"containers: {{web: {{<<: *idle, {entry}}}}}")
    for output in ("plain", "json"):
        refused = cli("validate", "-o", output, "--var", f"PASSWORD={SECRET}").exits(2)
        assert SECRET not in refused.text
