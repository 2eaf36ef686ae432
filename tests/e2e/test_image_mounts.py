"""Images as mounts: there before the container, replaced with them, and refused by engines that have none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.live import Live


def api_of(engine: Engine, client: DockerClient) -> tuple[int, ...]:
    return tuple(map(int, client.version()["ApiVersion"].split(".")))


@pytest.fixture
def mounts(engine: Engine, docker_client: DockerClient) -> None:
    if api_of(engine, docker_client) < (1, 48):
        pytest.skip("no image mounts before API 1.48")


def mounted(content: str, more: str = "", image: str = "") -> str:
    """Return a workflow with a built image that is mounted, and with more mounts."""
    lines = f"FROM busybox:stable\\nRUN mkdir /data && echo {content} >/data/f"
    return f"""
    images: {{site: {{build: {{dockerfile_inline: "{lines}"}}}}}}
    containers:
      web:
        <<: *idle
        volumes:
          - {{type: image, source: site, target: /site{image}}}
          {more}
    """


def read(client: DockerClient, live: Live, path: str) -> str:
    return str(client.containers.get(live.id("web")).exec_run(["cat", path]).output.decode())


@pytest.mark.usefixtures("mounts")
def test_an_image_is_built_before_and_replaced_with_the_container_that_mounts_it(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(mounted("one"))
    cli("apply").exits(0)
    assert read(docker_client, live, "/site/data/f") == "one\n"
    mount = next(iter(live.container("web")["HostConfig"]["Mounts"]))
    assert (mount["Type"], mount["Source"].startswith("sha256:")) == ("image", True)
    cli("plan", "--detailed-exitcode").exits(0)
    before = live.containers
    workflow(mounted("two"))
    assert cli("apply").exits(0).reasons["container.web"] == ["dependency"]
    assert read(docker_client, live, "/site/data/f") == "two\n"
    assert live.containers != before
    cli("plan", "--detailed-exitcode").exits(0)


@pytest.mark.usefixtures("mounts")
def test_a_part_of_an_image_and_an_image_by_its_name(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient
) -> None:
    workflow(mounted("one", "- {type: image, source: 'busybox:stable', target: /box, read_only: true}"))
    cli("apply").exits(0)
    assert read(docker_client, live, "/box/etc/passwd") == read(docker_client, live, "/etc/passwd")
    before = live.id("web")
    workflow(mounted("one", image=", image: {subpath: data}"))
    assert cli("apply").exits(0).reasons["container.web"] == ["spec"]
    assert read(docker_client, live, "/site/f") == "one\n"
    assert live.id("web") != before
    cli("plan", "--detailed-exitcode").exits(0)
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    assert not live.container("web")["HostConfig"].get("Mounts")


@pytest.mark.usefixtures("mounts")
def test_an_image_that_is_made_anew_under_its_name_by_hand_is_mounted_anew(
    cli: Cli, workflow: Callable, live: Live, docker_client: DockerClient, workflow_name: str
) -> None:
    name = f"{workflow_name}-made:latest"
    make = docker_client.api.create_container("busybox:stable", ["true"])["Id"]
    try:
        docker_client.api.commit(make, name, changes=["LABEL v=1"])
        workflow(f"containers: {{web: {{<<: *idle, volumes: [{{type: image, source: '{name}', target: /made}}]}}}}")
        cli("apply").exits(0)
        docker_client.api.commit(make, name, changes=["LABEL v=2"])
        assert cli("apply").exits(0).reasons["container.web"] == ["dependency"]
        assert live.container("web")["HostConfig"]["Mounts"][0]["Source"] == docker_client.images.get(name).id
    finally:
        cli("destroy", "--yes")
        docker_client.api.remove_container(make, force=True)
        docker_client.images.remove(name, force=True)


def test_an_engine_without_image_mounts_is_told_before_anything_is_done(
    cli: Cli, workflow: Callable, live: Live, engine: Engine, docker_client: DockerClient
) -> None:
    if api_of(engine, docker_client) >= (1, 48):
        pytest.skip("this engine has image mounts")
    workflow(mounted("one"))
    refused = cli("apply").exits(1)
    assert "error[engine-too-old]: volumes.image needs version 1.48" in refused.text
    assert not live.everything


def test_what_is_no_image_mount_is_an_error_with_its_place(cli: Cli, workflow: Callable) -> None:
    workflow("""
    containers:
      web:
        <<: *idle
        volumes:
          - {type: image, target: /a}
          - {type: image, source: site, target: /b}
          - {type: image, source: busybox, target: /c, image: {subpath: ../up}}
          - {type: image, source: busybox, target: /d, volume: {nocopy: true}}
    """)
    text = cli("validate").exits(2).text
    assert text.count("error[") >= 1
    twice = "{type: image, source: busybox, target: /AT}"
    workflow(f"containers: {{web: {{<<: *idle, volumes: [{twice.replace('AT', 'a')}, {twice.replace('AT', 'b')}]}}}}")
    assert 'image "busybox" is mounted at /a already' in cli("validate").exits(2).text
    workflow("containers: {web: {<<: *idle, volumes: [{type: image, source: Site, target: /b}]}}")
    assert 'unknown image "Site"' in cli("validate").exits(2).text
