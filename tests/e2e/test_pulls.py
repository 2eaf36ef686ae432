"""Images that a registry has: when it is asked, and what follows when it has another one, or none."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live
from tests.harness.login import helper, log_in
from tests.harness.registry import LOGIN, Registry
from tests.harness.repository import Repository
from tests.harness.step import step


def test_a_missing_image_is_pulled_and_then_left_alone(
    cli: Cli, workflow: Callable, live: Live, repository: Repository
) -> None:
    workflow(f"containers: {{web: {{<<: *idle, image: '{repository.reference}'}}}}")
    cli("apply").exits(0)
    assert "VERSION=one" in live.container("web")["Config"]["Env"]

    repository.release("two")

    cli("plan", "--detailed-exitcode").exits(0)


def test_with_always_a_tag_that_moved_in_the_registry_replaces_the_container(
    cli: Cli, workflow: Callable, live: Live, repository: Repository
) -> None:
    workflow(f"""
        images: {{base: {{reference: '{repository.reference}', pull: always}}}}
        containers: {{web: {{<<: *idle, image: base}}}}
    """)
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)
    repository.release("two")

    moved = cli("apply").exits(0)

    assert "VERSION=two" in live.container("web")["Config"]["Env"]
    assert moved.reasons["container.web"] == ["image"]
    cli("plan", "--detailed-exitcode").exits(0)


def test_with_always_a_registry_that_cannot_be_asked_is_told_and_the_running_container_stays(
    cli: Cli, workflow: Callable, live: Live, registry: Registry, repository: Repository
) -> None:
    workflow(f"""
        images: {{base: {{reference: '{repository.reference}', pull: always}}}}
        containers: {{web: {{<<: *idle, image: base}}}}
    """)
    cli("apply").exits(0)
    made = live.containers
    with registry.away():
        planned = cli("plan", "-o", "json").exits(0).json
        assert [found["code"] for found in planned["warnings"]] == ["not-asked"]
        assert f"{registry.host} refused the connection" in planned["warnings"][0]["message"]
        assert "image.base" in [change["address"] for change in planned["changes"] if change["verb"] == "pull"]
        failed = cli("apply").exits(1)
    assert failed.ending("image.base")["cause"].endswith(f"{registry.host} refused the connection")
    assert live.containers == made
    assert live.runs("web")


def test_a_private_image_is_pulled_with_the_login_that_docker_has(
    cli: Cli, workflow: Callable, live: Live, closed: Registry, workflow_name: str
) -> None:
    reference = closed.push("busybox:stable", f"{workflow_name}:1")
    workflow(f"""
        images: {{base: {{reference: '{reference}', pull: always}}}}
        containers: {{web: {{<<: *idle, image: base}}}}
    """)
    with step("without a login, or with a wrong one, it says what to do"):
        assert cli("apply").exits(1).ending("image.base")["help"] == f"docker login {closed.host}"
        log_in(cli.home / ".docker", closed.host, LOGIN[0], "wrong")
        assert "rejected the login" in cli("apply").exits(1).ending("image.base")["cause"]
        assert not live.containers
    with step("a credential helper counts before the file, and for the question whether the tag has moved"):
        helper(cli.home / "bin", "own", {closed.host: LOGIN})
        log_in(cli.home / "docker", closed.host, LOGIN[0], "wrong", credHelpers={closed.host: "own"})
        ways = {"DOCKER_CONFIG": f"{cli.home}/docker", "PATH": f"{cli.home}/bin:{os.environ['PATH']}"}
        cli("apply", env=ways).exits(0)
        cli("plan", "--detailed-exitcode", env=ways).exits(0)
        assert live.runs("web")
    with step("a helper that isn't there is called by its name"):
        missing = cli("apply", env={**ways, "PATH": os.environ["PATH"]}).exits(1).ending("image.base")
        assert 'cannot run "docker-credential-own"' in missing["cause"]


def test_with_never_a_missing_image_is_a_problem_and_nothing_is_done(
    cli: Cli, workflow: Callable, live: Live, repository: Repository
) -> None:
    workflow(f"""
        images: {{base: {{reference: '{repository.reference}', pull: never}}}}
        containers: {{web: {{<<: *idle, image: base}}, other: *idle}}
    """)
    refused = cli("apply").exits(1)
    assert repository.reference in refused.text
    assert "never" in refused.text
    assert not live.containers


def test_an_image_by_digest_is_pulled_by_it(
    cli: Cli, workflow: Callable, live: Live, repository: Repository, docker_client: DockerClient
) -> None:
    digest = docker_client.images.get_registry_data(repository.reference).id
    repository.release("two")
    workflow(f"containers: {{web: {{<<: *idle, image: '{repository.reference.rpartition(':')[0]}@{digest}'}}}}")

    cli("apply").exits(0)

    assert "VERSION=one" in live.container("web")["Config"]["Env"]
    cli("plan", "--detailed-exitcode").exits(0)


def test_an_image_that_no_registry_has_fails_with_its_name_and_spares_the_rest(
    cli: Cli, workflow: Callable, live: Live, registry: Registry
) -> None:
    missing = f"{registry.host}/no/such:1"
    workflow(f"containers: {{web: {{<<: *idle, image: '{missing}'}}, other: *idle}}")

    failed = cli("apply").exits(1)

    assert failed.endings[f"image.{missing}"] == "failed"
    assert missing in failed.ending(f"image.{missing}")["cause"]
    assert failed.ending(f"image.{missing}")["help"]
    assert failed.endings["container.web"] == "skipped"
    assert set(live.containers) == {"other-1"}


def test_a_build_pulls_its_base_and_with_pull_is_built_anew_when_that_moved(
    cli: Cli, workflow: Callable, live: Live, registry: Registry, repository: Repository
) -> None:
    text = f"images: {{site: {{build: {{dockerfile_inline: 'FROM {repository.reference}', context: empty, %s}}}}}}\n"
    (cli.folder / "empty").mkdir()
    containers = "containers: {web: {<<: *idle, image: site}}"
    workflow(text % "pull: false" + containers)
    cli("apply").exits(0)
    assert "VERSION=one" in live.container("web")["Config"]["Env"]
    repository.release("two")
    cli("plan", "--detailed-exitcode").exits(0)

    workflow(text % "pull: true" + containers)
    planned = cli("plan", "--detailed-exitcode").exits(10)
    cli("apply").exits(0)

    assert "build.bases" in planned.text
    assert "VERSION=two" in live.container("web")["Config"]["Env"]
    cli("plan", "--detailed-exitcode").exits(0)
    with step("a registry that cannot be asked is told, and nothing built for that"), registry.away():
        unasked = cli("plan", "--detailed-exitcode", "-o", "json").exits(0).json
        assert [found["code"] for found in unasked["warnings"]] == ["not-asked"]
        applied = cli("apply", "-o", "json").exits(0)
        told = [json.loads(line) for line in applied.stdout.splitlines()]
        assert [event["code"] for event in told if event["event"] == "diagnostic"] == ["not-asked"]


def test_an_undone_run_gives_a_moved_tag_back_and_keeps_what_it_pulled_as_a_cache(
    cli: Cli, workflow: Callable, live: Live, repository: Repository, docker_client: DockerClient
) -> None:
    def write(command: str) -> None:
        workflow(f"""
            images: {{base: {{reference: '{repository.reference}', pull: always}}}}
            containers: {{web: {{<<: *idle, image: base, init: false, stop_signal: SIGKILL, command: [{command}]}}}}
        """)

    write("no-such-program")
    cli("apply", "--atomic").exits(5)
    first = live.image(repository.reference)
    assert not live.containers
    write("sleep, infinity")
    cli("apply").exits(0)
    repository.release("two")
    write("no-such-program")

    cli("apply", "--atomic").exits(5)

    assert live.image(repository.reference) == first == live.container("web")["Image"]
    assert live.runs("web")
