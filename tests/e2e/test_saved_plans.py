"""A saved plan is what gets applied, or it is refused with what has changed since."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live

SECRET = "hunter2-and-more"
TWO = """
    variables: {SECONDS: {default: "100"}}
    containers:
      web: {<<: *idle, command: "sleep ${SECONDS}", environment: {MODE: prod, TEAM: a}}
      db: {<<: *idle, limits: {memory: 32m}}
"""


@pytest.fixture
def save(cli: Cli, workflow: Callable) -> Callable[..., Path]:
    """Write a workflow and save its plan."""

    def save(text: str, *arguments: str, **more: Any) -> Path:
        workflow(text)
        cli("plan", "--out", "saved", *arguments, **more).exits(0)
        return cli.folder / "saved"

    return save


def test_it_is_carried_out_as_it_was_made_and_is_the_owners_alone(cli: Cli, live: Live, save: Callable) -> None:
    saved = save(TWO, "--var", "SECONDS=200")
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600

    cli("apply", "saved").exits(0)

    assert live.container("web")["Config"]["Cmd"] == ["sleep", "200"]
    assert set(live.containers) == {"web-1", "db-1"}


def test_what_does_not_count_may_change(cli: Cli, workflow: Callable, live: Live, save: Callable) -> None:
    save(TWO)
    workflow(TWO.replace("{MODE: prod, TEAM: a}}", "{TEAM: a, MODE: prod}}  # in another order"))
    cli("apply", "saved").exits(0)
    assert set(live.containers) == {"web-1", "db-1"}


def test_a_changed_file_is_named_with_the_fields_that_differ(
    cli: Cli, workflow: Callable, live: Live, save: Callable
) -> None:
    save(TWO)
    workflow(TWO.replace("MODE: prod", "MODE: test") + "      more: *idle\n")

    refused = cli("apply", "saved").exits(1)

    assert "error[plan-stale]: container.web has changed in the file since the plan was made: environment.MODE" in (
        refused.stderr
    )
    assert "container.more was added or removed in the file" in refused.stderr
    assert "container.db" not in refused.stderr
    assert not live.containers


def test_a_changed_check_is_named(cli: Cli, workflow: Callable, live: Live, save: Callable) -> None:
    checked = TWO + '    checks: {program: {exec: {container: web, command: "true"}}}\n'
    save(checked)
    workflow(checked.replace('"true"', '"false"'))
    assert "check.program has changed in the file since the plan was made: probe" in cli("apply", "saved").exits(1).text
    assert not live.containers


def test_what_a_failure_comes_to_is_part_of_it(cli: Cli, workflow: Callable, live: Live, save: Callable) -> None:
    save(TWO)
    workflow(f"    on_failure: rollback\n{TWO[1:]}")
    refused = cli("apply", "saved").exits(1)
    assert "on_failure in the file has changed since the plan was made" in refused.stderr
    workflow(TWO)
    assert not live.containers
    cli("apply", "saved", "--atomic").exits(0)


def test_a_hand_on_the_engine_is_named(cli: Cli, live: Live, save: Callable, docker_client: DockerClient) -> None:
    save(TWO)
    cli("apply", "saved").exits(0)
    before = live.containers
    save(TWO.replace("MODE: prod", "MODE: test"))
    docker_client.containers.get(live.id("db")).update(mem_limit="40m", memswap_limit="80m")

    refused = cli("apply", "saved").exits(1)

    assert "container.db has changed on the engine since the plan was made: limits.memory" in refused.stderr
    assert live.containers == before


def test_another_image_behind_a_name_is_named(
    cli: Cli, live: Live, save: Callable, docker_client: DockerClient, workflow_name: str
) -> None:
    image = f"{workflow_name}-app:1"
    docker_client.images.get("busybox:stable").tag(image)
    save(f"containers: {{web: {{<<: *idle, image: '{image}'}}}}")
    container = docker_client.containers.create("busybox:stable", ["sh"])
    docker_client.api.commit(container.id, f"{workflow_name}-app", "1", changes="ENV VERSION=two")
    container.remove()

    refused = cli("apply", "saved").exits(1)

    assert f"image.{image} was replaced on the engine since the plan was made" in refused.stderr
    assert not live.containers


def test_another_engine_is_refused(cli: Cli, live: Live, save: Callable) -> None:
    saved = save(TWO)
    document = json.loads(saved.read_text())
    document["engine"] = {"id": "ANOT:HER1", "address": "tcp://elsewhere:2375"}
    saved.write_text(json.dumps(document))

    refused = cli("apply", "saved").exits(1)

    assert "the plan was made on engine" in refused.stderr
    assert "tcp://elsewhere:2375" in refused.stderr
    assert not live.containers


def test_once_applied_it_is_stale(cli: Cli, save: Callable) -> None:
    save(TWO)
    cli("apply", "saved").exits(0)
    assert "plan-stale" in cli("apply", "saved").exits(1).stderr


def test_it_holds_nothing_sensitive_and_needs_it_again(cli: Cli, live: Live, save: Callable) -> None:
    saved = save(
        "variables: {PASSWORD: {sensitive: true}}\n"
        'containers: {web: {<<: *idle, environment: {URL: "db://${PASSWORD}@db"}}}\n',
        "--var",
        f"PASSWORD={SECRET}",
    )
    assert SECRET not in saved.read_text()

    missing = cli("apply", "saved").exits(2)
    assert "a saved plan contains no sensitive values: set PASSWORD in the environment" in missing.stderr
    other = cli("apply", "saved", env={"PASSWORD": "another"}).exits(1)
    assert "container.web has changed in the file since the plan was made: environment.URL" in other.stderr
    assert not live.containers

    cli("apply", "saved", env={"PASSWORD": SECRET}).exits(0)
    assert f"URL=db://{SECRET}@db" in live.container("web")["Config"]["Env"]


def test_its_targets_are_part_of_it(cli: Cli, live: Live, save: Callable) -> None:
    save(TWO, "--target", "container.db")
    assert "already fixes" in cli("apply", "saved", "--target", "container.web").exits(2).stderr
    cli("apply", "saved").exits(0)
    assert set(live.containers) == {"db-1"}


def _cut(text: str) -> str:
    return text[: len(text) // 2]


def _newer(text: str) -> str:
    return json.dumps({**json.loads(text), "version": "2", "runner": "9.0"})


def _poorer(text: str) -> str:
    return json.dumps({name: value for name, value in json.loads(text).items() if name != "observed"})


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_cut, '"saved" is not a complete saved plan; create a new plan'),
        (_poorer, '"saved" is not a complete saved plan; create a new plan'),
        (_newer, '"saved" was saved by a different version of runner (9.0); create a new plan'),
    ],
    ids=["cut off", "poorer", "newer"],
)
def test_one_that_cannot_be_read_is_refused(
    cli: Cli, live: Live, save: Callable, spoil: Callable[[str], str], message: str
) -> None:
    saved = save(TWO)
    saved.write_text(spoil(saved.read_text()))
    assert message in cli("apply", "saved").exits(2).stderr
    assert not live.containers


def test_a_plan_with_problems_is_not_saved(cli: Cli, workflow: Callable) -> None:
    workflow("networks: {net: {external: true, name: nowhere-to-be-found}}\ncontainers: {web: *idle}\n")
    cli("plan", "--out", "saved").exits(1)
    assert not (cli.folder / "saved").exists()


def test_a_place_that_cannot_be_written_is_told(cli: Cli, workflow: Callable) -> None:
    workflow(TWO)
    assert 'cannot write the plan "none/saved"' in cli("plan", "--out", "none/saved").exits(2).stderr
