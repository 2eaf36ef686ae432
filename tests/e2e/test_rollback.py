"""What an earlier run applied can be applied again, with the images that it used, whatever became of its files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live
from tests.harness.registry import Registry
from tests.harness.step import step

SECRET = "hunter2-and-more"


def environment(live: Live, key: str = "web") -> list[str]:
    return list(live.container(key)["Config"]["Env"])


def read(live: Live, client: DockerClient, path: str) -> str:
    return str(client.containers.get(live.id("web")).exec_run(["cat", path]).output.decode().strip())


def test_files_variables_and_builds_are_those_of_then(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    def write(version: str) -> None:
        (cli.folder / "base.yaml").write_text(f"version: 1\nconfigs: {{page: {{file: page-{version}}}}}\n")
        (cli.folder / f"page-{version}").write_text(version)
        (cli.folder / "web.env").write_text(f"FROM_FILE={version}\n")
        (cli.folder / "Dockerfile").write_text(f"FROM busybox:stable\nENV BUILT={version}\n")
        workflow(f"""
            include: [base.yaml]
            variables: {{GIVEN: {{default: "none"}}}}
            images: {{site: {{build: .}}}}
            containers:
              web:
                <<: *idle
                image: site
                hostname: {version}
                env_file: web.env
                environment: {{GIVEN: "${{GIVEN}}"}}
                configs: [{{source: page, target: /etc/page}}]
        """)

    with step("two versions are applied"):
        write("one")
        first = cli("apply", "--var", "GIVEN=one").exits(0).events[0]["run_id"]
        image = live.container("web")["Image"]
        write("two")
        cli("apply", env={"GIVEN": "two"}).exits(0)
        assert live.container("web")["Image"] != image
    with step("the files go, and the last but one is asked for"):
        for name in ("base.yaml", "page-one", "page-two", "web.env", "Dockerfile", "workflow.yaml"):
            (cli.folder / name).unlink()
        rolled_back = cli("rollback", workflow_name, env={"GIVEN": "three"}).exits(0)
        assert "container.web  replace" in rolled_back.stdout
        assert f"rolling back to run {first}, apply of " in rolled_back.stderr
        assert not {"BUILT=one", "FROM_FILE=one", "GIVEN=one"} - set(environment(live))
        assert live.container("web")["Config"]["Hostname"] == "one"
        assert live.container("web")["Image"] == image
        assert read(live, docker_client, "/etc/page") == "one"
        assert "warning" not in rolled_back.stderr
    with step("it is a run of its own, and there is nothing more to do for the same"):
        runs = cli("history", workflow_name, "-o", "json").json["runs"]
        assert [run["command"] for run in runs] == ["rollback", "apply", "apply"]
        again = cli("rollback", first, workflow_name).exits(0)
        assert set(again.endings.values()) == {"unchanged"}


def test_a_tag_that_was_moved_since_does_not_matter(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    image = f"{workflow_name}-app"
    docker_client.images.get("busybox:stable").tag(image, "1")
    text = f"containers: {{web: {{<<: *idle, image: '{image}:1'}}}}"
    workflow(text)
    cli("apply").exits(0)
    before = live.container("web")["Image"]
    container = docker_client.containers.create("busybox:stable", ["sh"])
    docker_client.api.commit(container.id, image, "1", changes="ENV VERSION=two")
    container.remove()
    cli("apply").exits(0)
    assert live.container("web")["Image"] != before

    cli("rollback").exits(0)

    assert live.container("web")["Image"] == before


def test_an_image_that_went_is_pulled_by_its_digest(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, registry: Registry, workflow_name: str
) -> None:
    def release(version: str) -> None:
        container = docker_client.containers.create("busybox:stable", ["sh"])
        docker_client.api.commit(container.id, workflow_name, version, changes=f"ENV VERSION={version}")
        container.remove()
        registry.push(f"{workflow_name}:{version}", f"{workflow_name}:1")
        docker_client.images.remove(f"{workflow_name}:{version}")

    reference = f"{registry.host}/{workflow_name}:1"
    release("one")
    workflow(f"""
        images: {{app: {{reference: "{reference}", pull: always}}}}
        containers: {{web: {{<<: *idle, image: app}}}}
    """)
    cli("apply").exits(0)
    old = live.container("web")["Image"]
    release("two")
    cli("apply").exits(0)
    docker_client.images.remove(old, force=True)

    rolled_back = cli("rollback").exits(0)

    assert "image.app" in rolled_back.reasons
    assert "VERSION=one" in environment(live)
    docker_client.images.remove(reference, force=True)
    cli("destroy").exits(0)
    docker_client.images.remove(old, force=True)


def test_an_image_that_cannot_be_had_any_more_is_told_before_anything_changes(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    text = 'images: {{site: {{build: {{dockerfile_inline: "FROM busybox:stable\\nENV A={}"}}}}}}\n'
    web = "containers: {{web: {{<<: *idle, image: site}}, db: {{<<: *idle, hostname: '{}'}}}}\n"
    workflow((text + web).format("one", "one"))
    run_id = cli("apply").exits(0).events[0]["run_id"]
    old = live.container("web")["Image"]
    workflow((text + web).format("two", "two"))
    cli("apply").exits(0)
    docker_client.images.remove(old, force=True)
    before = live.containers

    refused = cli("rollback", run_id).exits(1)

    assert "error[cannot-roll-back]: image.site not found: sha256:" in refused.stderr
    assert live.containers == before


def test_what_is_sensitive_is_taken_as_it_is_now_and_a_difference_is_told(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    text = """
        variables: {{PASSWORD: {{sensitive: true}}}}
        secrets: {{key: {{file: key}}}}
        containers: {{web: {{<<: *idle, hostname: {}, environment: {{P: "${{PASSWORD}}"}}, secrets: [key]}}}}
    """
    (cli.folder / "key").write_text("first key")
    workflow(text.format("one"))
    cli("apply", env={"PASSWORD": SECRET}).exits(0)
    workflow(text.format("two"))
    cli("apply", env={"PASSWORD": SECRET}).exits(0)
    (cli.folder / "key").write_text("second key")

    assert 'variable "PASSWORD" has no value' in cli("rollback").exits(2).stderr
    rolled_back = cli("rollback", env={"PASSWORD": SECRET}).exits(0)

    assert "container.web differs from run" in rolled_back.stderr
    assert "secrets./run/secrets/key" in rolled_back.stderr
    assert "environment.P" not in rolled_back.stderr
    assert live.container("web")["Config"]["Hostname"] == "one"
    assert f"P={SECRET}" in environment(live)
    assert read(live, docker_client, "/run/secrets/key") == "second key"


def test_what_failed_or_was_only_a_part_is_passed_over(cli: Cli, workflow: Callable, live: Live) -> None:
    text = "containers: {{web: {{<<: *idle, hostname: {}}}, db: *idle}}"
    workflow(text.format("one"))
    cli("apply").exits(0)
    workflow(text.format("part"))
    cli("apply", "--target", "container.web").exits(0)
    workflow("containers: {web: {<<: *idle, command: 'false'}, db: *idle}")
    failed = cli("apply").exits(5).events[0]["run_id"]

    assert "cannot roll back to run" in cli("rollback", failed).exits(2).stderr
    assert "the next apply undoes this" in cli("rollback").exits(0).stderr

    assert live.container("web")["Config"]["Hostname"] == "one"


def test_data_goes_only_when_the_user_has_said_so(cli: Cli, workflow: Callable, live: Live, workflow_name: str) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    workflow("volumes: {data: {}}\ncontainers: {web: {<<: *idle, volumes: ['data:/data']}}\n")
    cli("apply").exits(0)

    assert "volume.data" in cli("rollback").exits(2).stderr
    assert f"volume {workflow_name}_data" in live.everything
    cli("rollback", "--yes").exits(0)
    assert f"volume {workflow_name}_data" not in live.everything


@pytest.mark.parametrize("arguments", [[], ["ab"]])
def test_without_a_record_there_is_nothing_to_go_back_to(cli: Cli, workflow: Callable, arguments: list[str]) -> None:
    workflow("containers: {web: *idle}")
    assert "recorded here" in cli("rollback", *arguments).exits(2).stderr
