"""An image is built again when something that went into it changed, and only then."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.live import Live
from tests.harness.step import step

WORKFLOW = """
    images: {site: {build: .}}
    containers: {web: {<<: *idle, image: site}}
"""
DOCKERFILE = "FROM busybox:stable\nARG RELEASE\nCOPY page /page\nRUN echo $RELEASE >/release\n"


@pytest.fixture
def context(cli: Cli) -> Path:
    """A build context in the folder of `cli`."""
    return fill(cli.folder)


def fill(folder: Path) -> Path:
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / ".dockerignore").write_text("notes\nworkflow.yaml\n")
    (folder / "page").write_text("one")
    (folder / "notes").write_text("one")
    return folder


def read(live: Live, docker_client: DockerClient, path: str) -> str:
    """Return the content of a file in the container "web"."""
    return docker_client.containers.get(live.id("web")).exec_run(["cat", path]).output.decode().strip()


def test_a_changed_file_builds_the_image_and_replaces_its_container(
    cli: Cli, workflow: Callable, live: Live, context: Path, docker_client: DockerClient
) -> None:
    workflow(WORKFLOW)
    cli("apply").exits(0)
    old = live.id("web")
    (context / "page").write_text("two")

    changed = cli("apply").exits(0)

    assert live.id("web") != old
    assert read(live, docker_client, "/page") == "two"
    assert changed.reasons == {"image.site": ["spec"], "container.web": ["image"]}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("Dockerfile", DOCKERFILE + "ENV A=b\n"),
        ("Dockerfile", DOCKERFILE + "# a remark\n"),
        (".dockerignore", "notes\nworkflow.yaml\nnothing\n"),
    ],
    ids=["Dockerfile", "remark", "ignore file"],
)
def test_another_text_of_what_steers_the_build_builds_it_again(
    cli: Cli, workflow: Callable, live: Live, context: Path, file: str, text: str
) -> None:
    workflow(WORKFLOW)
    cli("apply").exits(0)
    (context / file).write_text(text)
    assert "building" in cli("apply").exits(0).path("image.site")
    cli("plan", "--detailed-exitcode").exits(0)


@pytest.mark.parametrize(
    "build",
    ["{context: ., args: {RELEASE: '2'}}", "{context: ., labels: {team: a}}"],
    ids=["args", "labels"],
)
def test_another_build_option_builds_it_again(
    cli: Cli, workflow: Callable, live: Live, context: Path, workflow_name: str, build: str
) -> None:
    workflow(WORKFLOW)
    cli("apply").exits(0)
    before = live.image(f"{workflow_name}-site:latest")
    workflow(WORKFLOW.replace("build: .", f"build: {build}"))

    cli("apply").exits(0)

    assert live.image(f"{workflow_name}-site:latest") != before
    assert live.container("web")["Image"] == live.image(f"{workflow_name}-site:latest")


def test_a_plan_names_the_files_that_make_the_difference_where_they_are_remembered(
    cli: Cli, workflow: Callable, live: Live, context: Path
) -> None:
    workflow(WORKFLOW)
    cli("apply").exits(0)
    (context / "page").write_text("two")
    (context / "caf\udce9").touch()
    told = "1 file changed: page; 1 added: caf\\xe9"

    assert told in cli("plan", "--out", "../saved").exits(0).stdout
    with step("a client that remembers nothing applies the same plan, and doesn't invent names"):
        applied = cli("apply", "../saved", env={"XDG_CACHE_HOME": str(cli.home / "elsewhere")}).exits(0)
    assert told not in applied.text
    assert "building" in applied.path("image.site")


def test_what_does_not_go_into_the_image_changes_nothing(
    cli: Cli, workflow: Callable, live: Live, context: Path
) -> None:
    workflow(WORKFLOW)
    cli("apply").exits(0)
    made = live.containers
    with step("a file is only touched"):
        os.utime(context / "page", (1, 1))
        cli("plan", "--detailed-exitcode").exits(0)
    with step("an ignored file changes"):
        (context / "notes").write_text("two")
        cli("plan", "--detailed-exitcode").exits(0)
    with step("the file is written anew with the same content"):
        (context / "page").unlink()
        (context / "page").write_text("one")
        cli("apply").exits(0)
    assert live.containers == made


def test_another_client_finds_the_build_of_the_first(
    cli: Cli, clients: Callable[..., Cli], workflow: Callable, context: Path
) -> None:
    workflow(WORKFLOW)
    cli("apply").exits(0)
    other = clients()
    fill(other.folder)
    workflow(WORKFLOW, to=other)
    other("plan", "--detailed-exitcode").exits(0)


def test_a_tag_moved_by_hand_is_put_back_without_a_build(
    cli: Cli, workflow: Callable, live: Live, context: Path, docker_client: DockerClient, workflow_name: str
) -> None:
    workflow(WORKFLOW)
    cli("apply").exits(0)
    name, made = f"{workflow_name}-site", live.containers
    built = live.image(f"{name}:latest")
    docker_client.images.get("busybox:stable").tag(name, "latest")

    tagged = cli("apply").exits(0)

    assert live.image(f"{name}:latest") == built
    assert tagged.path("image.site") == ["updating", "ready"]
    assert tagged.reasons == {"image.site": ["drift"]}
    assert live.containers == made


def test_going_back_to_what_was_built_before_needs_no_build(
    cli: Cli, workflow: Callable, live: Live, context: Path, workflow_name: str
) -> None:
    workflow(WORKFLOW)
    cli("apply").exits(0)
    first = live.image(f"{workflow_name}-site:latest")
    (context / "page").write_text("two")
    cli("apply").exits(0)
    (context / "page").write_text("one")

    back = cli("apply").exits(0)

    assert back.reasons["image.site"] == ["spec"]
    assert live.image(f"{workflow_name}-site:latest") == first
    assert live.container("web")["Image"] == first


def test_another_base_image_builds_it_again(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    base = f"{workflow_name}-base:latest"
    docker_client.images.get("busybox:stable").tag(base)
    workflow(f"""
        images: {{site: {{build: {{dockerfile_inline: "FROM {base}\\nRUN echo a >/a"}}}}}}
        containers: {{web: {{<<: *idle, image: site}}}}
    """)
    cli("apply").exits(0)
    newer = docker_client.containers.create("busybox:stable", ["sh"])
    docker_client.api.commit(newer.id, *base.split(":"), changes="ENV NEWER=1")
    newer.remove()

    changed = cli("apply").exits(0)

    assert changed.reasons == {"image.site": ["image"], "container.web": ["image"]}
    assert "NEWER=1" in live.container("web")["Config"]["Env"]


def test_images_are_built_in_the_order_in_which_they_rest_on_each_other(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str
) -> None:
    text = f"""
        images:
          top: {{build: {{dockerfile_inline: "FROM {workflow_name}-middle\\nENV TOP=1"}}}}
          middle: {{build: {{dockerfile_inline: "FROM {workflow_name}-base\\nENV MIDDLE=1"}}}}
          base: {{build: {{dockerfile_inline: "FROM busybox:stable\\nENV BASE=1"}}}}
        containers: {{web: {{<<: *idle, image: top}}}}
    """
    workflow(text)
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)

    with step("a change at the bottom reaches the top"):
        workflow(text.replace("BASE=1", "BASE=2"))
        changed = cli("apply").exits(0)
    assert set(changed.reasons) == {"image.base", "image.middle", "image.top", "container.web"}
    assert {"BASE=2", "MIDDLE=1", "TOP=1"} <= set(live.container("web")["Config"]["Env"])


def test_a_build_that_comes_out_the_same_leaves_its_container_alone(
    cli: Cli, workflow: Callable, live: Live, context: Path
) -> None:
    workflow(WORKFLOW)
    cli("apply").exits(0)
    made = live.containers
    (context / "Dockerfile").write_text(DOCKERFILE + "# a remark\n")

    applied = cli("apply").exits(0)

    assert "building" in applied.path("image.site")
    assert applied.endings["container.web"] == "unchanged"
    assert live.containers == made


def test_a_build_that_fails_tells_which_instruction_and_what_it_said(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("""
        images: {site: {build: {dockerfile_inline: "FROM busybox:stable\\nRUN echo no such luck && exit 7"}}}
        containers: {web: {<<: *idle, image: site}, other: *idle}
    """)
    failed = cli("apply").exits(1)
    assert failed.endings["image.site"] == "failed"
    assert "exited with code 7" in failed.ending("image.site")["cause"]
    assert "no such luck" in failed.ending("image.site")["tail"]
    assert failed.endings["container.web"] == "skipped"
    assert set(live.containers) == {"other-1"}


def test_a_failed_build_leaves_what_runs_alone(cli: Cli, workflow: Callable, live: Live, context: Path) -> None:
    workflow(WORKFLOW)
    cli("apply").exits(0)
    made = live.containers
    (context / "Dockerfile").write_text(DOCKERFILE + "RUN false\n")

    cli("apply").exits(1)

    assert live.containers == made
    assert live.runs("web")


def test_every_name_of_an_image_is_given(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str, docker_client: DockerClient
) -> None:
    workflow(f"""
        images:
          site:
            build: {{dockerfile_inline: "FROM busybox:stable\\nENV A=b"}}
            tag: {workflow_name}-own:1.0
            tags: [{workflow_name}-own:1]
    """)
    cli("apply").exits(0)
    assert live.image(f"{workflow_name}-own:1.0") == live.image(f"{workflow_name}-own:1")

    cli("destroy", "--images").exits(0)

    assert not live.everything


def test_a_name_that_left_the_file_leaves_the_engine(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str, docker_client: DockerClient
) -> None:
    (cli.folder / "app").mkdir()

    def entry(key: str, value: str, *names: str) -> str:
        tags = ", ".join(f"{workflow_name}:{name}" for name in names)
        text = f'"FROM busybox:stable\\nENV A={value}"'
        return f"{key}: {{build: {{context: app, dockerfile_inline: {text}}}, tags: [{tags}]}}"

    def declare(*entries: str) -> None:
        workflow(f"images: {{{', '.join(entries)}}}")

    def there() -> set[str]:
        tags = (tag for image in docker_client.images.list() for tag in image.tags)
        return {tag.removeprefix(f"{workflow_name}:") for tag in tags if tag.startswith(f"{workflow_name}:")}

    with step("in place, with what it was and what it is to be"):
        declare(entry("site", "b", "1", "2", "3"))
        cli("apply").exits(0)
        built = live.image(f"{workflow_name}:1")
        docker_client.images.get(built).tag(f"{workflow_name}:somebody")
        declare(entry("site", "b", "1", "3"))
        plan = cli("plan", "-o", "json").json
        change = next(change for change in plan["changes"] if change["address"] == "image.site")
        assert change["action"] == "update"
        assert [(diff["path"], diff["reason"]) for diff in change["diff"]] == [("names", "spec")]
        cli("apply").exits(0)
        assert there() == {"1", "3", "somebody"}
        cli("plan", "--detailed-exitcode").exits(0)
    with step("and with another build"):
        declare(entry("site", "c", "3"))
        cli("apply").exits(0)
        assert there() == {"3", "somebody"}
        assert live.image(f"{workflow_name}:somebody") == built
        cli("plan", "--detailed-exitcode").exits(0)
    with step("and when another image of the file has it from then on"):
        declare(entry("site", "c", "4"), entry("other", "c", "3"))
        cli("apply").exits(0)
        assert there() == {"3", "4", "somebody"}
        cli("plan", "--detailed-exitcode").exits(0)
    with step("and with its entry"):
        workflow("containers: {web: *idle}")
        cli("apply").exits(0)
        assert there() == {"somebody"}
        docker_client.images.remove(f"{workflow_name}:somebody")


def test_the_usual_name_of_an_image_goes_when_it_gets_another(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str, docker_client: DockerClient
) -> None:
    (cli.folder / "app").mkdir()
    build = 'build: {context: app, dockerfile_inline: "FROM busybox:stable\\nENV A=b"}'
    workflow(f"images: {{site: {{{build}}}}}")
    cli("apply").exits(0)
    built = live.image(f"{workflow_name}-site")
    workflow(f"images: {{site: {{{build}, tag: '{workflow_name}-own:1'}}}}")
    cli("apply").exits(0)
    assert live.image(f"{workflow_name}-own:1") == built
    assert f"{workflow_name}-site:latest" not in docker_client.images.get(built).tags
    cli("destroy", "--images").exits(0)
    assert not live.everything


def test_a_build_whose_entry_names_an_image_instead_leaves_the_engine(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str
) -> None:
    (cli.folder / "app").mkdir()
    text = '"FROM busybox:stable\\nENV A=instead"'
    build = f"{{build: {{context: app, dockerfile_inline: {text}}}, tag: '{workflow_name}-own:1'}}"
    workflow(f"images: {{Site_1: {build}}}\ncontainers: {{web: {{<<: *idle, image: Site_1}}}}")
    with step("with the next apply, after what used it"):
        cli("apply").exits(0)
        workflow("images: {Site_1: {reference: 'busybox:stable'}}\ncontainers: {web: {<<: *idle, image: Site_1}}")
        applied = cli("apply").exits(0)
        assert applied.reasons["image.Site_1.built"] == ["orphan"]
        assert not [thing for thing in live.everything if thing.startswith("image ")]
        cli("plan", "--detailed-exitcode").exits(0)
    with step("and with its workflow"):
        workflow(f"images: {{Site_1: {build}}}")
        cli("apply").exits(0)
        workflow("images: {Site_1: {reference: 'busybox:stable'}}")
        cli("destroy", "--images").exits(0)
        assert not live.everything
