"""A lock file pins what names stand for: nothing else is applied with it, and nothing in it moves by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live
from tests.harness.registry import Registry
from tests.harness.repository import Repository
from tests.harness.step import step


def lock_file(cli: Cli) -> Path:
    return cli.folder / "workflow.lock.yaml"


def test_what_is_locked_stays_whatever_the_registry_does(
    cli: Cli, workflow: Callable, live: Live, repository: Repository
) -> None:
    workflow(f"containers: {{web: {{<<: *idle, image: '{repository.reference}'}}}}")
    first = repository.digest
    with step("a workflow without a lock is refused, and told how to get one"):
        assert "runner lock" in cli("apply", "--locked").exits(2).stderr
    with step("the first lock has what the registry has, and the second changes nothing"):
        assert cli("lock", "-o", "json").exits(0).json["images"][repository.reference]["digest"] == first
        locked = lock_file(cli).read_bytes()
        repository.release("two")
        assert "No changes" in cli("lock").exits(0).stdout
        assert lock_file(cli).read_bytes() == locked
    with step("what is applied is what is locked"):
        cli("apply", "--locked").exits(0)
        assert "VERSION=one" in live.container("web")["Config"]["Env"]
        cli("plan", "--locked", "--detailed-exitcode").exits(0)
    with step("a saved plan heeds it, too"):
        cli("plan", "--locked", "--out", "plan").exits(0)
        cli("apply", "plan").exits(0)
    with step("an upgrade takes the newer one, and only a plan without the lock wants what the name stands for"):
        upgraded = cli("lock", "--upgrade", "-o", "json").exits(0).json
        assert upgraded["changes"] == {repository.reference: "upgraded"}
        assert cli("apply", "--locked").exits(0).reasons["container.web"] == ["image"]
        assert "VERSION=two" in live.container("web")["Config"]["Env"]
    with step("what is added to the workflow is not in the lock, and said with its place"):
        added = workflow(f"""
            images: {{other: {{reference: '{repository.reference}2'}}}}
            containers: {{web: {{<<: *idle, image: '{repository.reference}'}}}}
        """)
        refused = cli("apply", "--locked").exits(2)
        assert f'"{repository.reference}2" is not in the lock file' in refused.stderr
        assert f"{added.name}:6:" in refused.stderr


def test_a_plan_without_the_lock_tells_that_a_name_has_moved_on(
    cli: Cli, workflow: Callable, live: Live, repository: Repository
) -> None:
    workflow(f"""
        images: {{app: {{reference: '{repository.reference}', pull: always}}}}
        containers: {{web: {{<<: *idle, image: app}}}}
    """)
    cli("lock").exits(0)
    cli("apply").exits(0)
    assert not cli("plan", "-o", "json").exits(0).json["warnings"]
    repository.release("two")

    moved = cli("plan", "-o", "json").exits(0).json["warnings"]

    assert [warning["code"] for warning in moved] == ["moved-on"]
    assert repository.digest[:19] in moved[0]["message"]
    assert "lock --upgrade" in moved[0]["help"]
    assert "is outdated" in cli("plan").exits(0).stderr
    assert "lock --upgrade" not in cli("plan", "--locked").exits(0).text


def test_a_build_rests_on_what_is_locked(
    cli: Cli, workflow: Callable, live: Live, repository: Repository, docker_client: DockerClient, workflow_name: str
) -> None:
    text = f"FROM {repository.reference} AS first\\nFROM busybox:stable\\nCOPY --from=first /bin/busybox /copy"
    workflow(f"""
        images:
          site: {{build: {{dockerfile_inline: "FROM {repository.reference}\\nRUN echo $$VERSION >/version"}}}}
          other: {{build: {{dockerfile_inline: "{text}"}}}}
        containers: {{web: {{<<: *idle, image: site}}}}
    """)
    (cli.folder / ".dockerignore").write_text("*")
    cli("lock").exits(0)
    repository.release("two")
    with step("what the name stands for now is not asked"):
        docker_client.images.get("busybox:stable").tag(repository.reference)
        cli("apply", "--locked").exits(0)
        assert "VERSION=one" in live.container("web")["Config"]["Env"]
        cli("plan", "--locked", "--detailed-exitcode").exits(0)
    with step("with an upgrade it is built again, on the newer one"):
        docker_client.images.remove(repository.reference)
        cli("lock", f"--upgrade={repository.reference}").exits(0)
        applied = cli("apply", "--locked").exits(0)
        assert applied.reasons["image.site"] == ["image"]
        assert "VERSION=two" in live.container("web")["Config"]["Env"]
    with step("what only the builder can read is refused"):
        workflow("images: {site: {build: {dockerfile_inline: 'FROM a:$$TARGETARCH'}}}")
        assert '"a:$TARGETARCH" in Dockerfile is resolved by the builder' in cli("plan", "--locked").exits(2).stderr


def test_what_no_registry_has_is_locked_by_its_id(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    base = f"{workflow_name}-base:latest"
    docker_client.images.get("busybox:stable").tag(base)
    workflow(f"""
        images: {{site: {{build: {{dockerfile_inline: "FROM {base}\\nENV BUILT=1"}}}}}}
        containers: {{web: {{<<: *idle, image: site}}, other: *idle}}
    """)
    warned = cli("lock").exits(0)
    assert "busybox:stable" in warned.stderr
    assert f"id: {live.image('busybox:stable')}" in lock_file(cli).read_text()
    cli("apply", "--locked").exits(0)
    cli("plan", "--locked", "--detailed-exitcode").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)

    newer = docker_client.containers.create("busybox:stable", ["sh"])
    docker_client.api.commit(newer.id, *base.split(":"), changes="ENV NEWER=1")
    newer.remove()

    assert "is locked to an image that is not on the engine" in cli("apply", "--locked").exits(2).stderr
    assert f"{base}" in cli("plan").exits(0).stderr


def test_a_broken_lock_file_is_refused_with_its_place_and_can_be_made_anew(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: *idle}")
    cli("lock").exits(0)
    good = lock_file(cli).read_text()
    lock_file(cli).write_text(good.replace("id: sha256:", "id: sha256:x"))
    assert "workflow.lock.yaml:7:9: error" in cli("apply", "--locked").exits(2).stderr
    assert "64 hexadecimal digits" in cli("lock").exits(2).stderr
    assert "warning" in cli("plan").exits(0).stderr
    cli("lock", "--upgrade").exits(0)
    assert lock_file(cli).read_text() == good


def test_an_upgrade_that_no_registry_answers_leaves_what_is_locked(
    cli: Cli, workflow: Callable, registry: Registry, repository: Repository
) -> None:
    workflow(f"images: {{app: {{reference: '{repository.reference}'}}}}")
    cli("lock").exits(0)
    cli("apply").exits(0)
    locked = lock_file(cli).read_bytes()
    with registry.away():
        refused = cli("lock", "--upgrade").exits(1)
    assert f'"{repository.reference}" cannot be locked' in refused.stderr
    assert lock_file(cli).read_bytes() == locked
