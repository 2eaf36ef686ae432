"""The keys of a build, each read back from what its instructions saw or from the image."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from runner.core.gateway import Gateway
from tests.harness.engine import Engine
from tests.harness.files import file_of_image
from tests.harness.program import with_libraries
from tests.harness.registry import Registry
from tests.harness.workflow import Workflow, pending

IS_NEW = (1, 42)
"""The API of Engine 23, from which on its BuildKit knows the newer keys."""


@pytest.fixture
def is_new(gateway: Gateway) -> bool:
    return tuple(map(int, gateway.engine().api_version.split("."))) >= IS_NEW


class Built:
    """One image of a workflow, built and looked into."""

    def __init__(self, workflow: Workflow, client: DockerClient) -> None:
        self._workflow = workflow
        self._client = client

    def __call__(self, dockerfile: str, /, *, top: dict[str, object] | None = None, **build: object) -> Built:
        """Build the image `it`, with these keys beside its Dockerfile; what else the file has is `top`."""
        entry = {"build": {"context": "app", "dockerfile_inline": dockerfile.replace("$", "$$"), **build}}
        images = {"it": entry, **(top or {}).pop("images", {})}  # type: ignore[dict-item]
        self.sections = {**(top or {}), "images": images}
        self._workflow.apply(self.sections)
        assert pending(self._workflow.plan(self.sections)) == {}
        return self

    @property
    def name(self) -> str:
        return f"{self._workflow.name}-it"

    def read(self, path: str) -> str:
        """Return a file of the image."""
        return file_of_image(self._client, self.name, path).decode()

    @property
    def attributes(self) -> dict[str, object]:
        return self._client.images.get(self.name).attrs


@pytest.fixture
def built(workflow: Workflow, docker_client: DockerClient) -> Built:
    (workflow.folder / "app").mkdir()
    (workflow.folder / "app" / "page").write_text("hello")
    return Built(workflow, docker_client)


def test_arguments_labels_and_target_reach_the_image(built: Built) -> None:
    text = "FROM busybox:stable AS one\nARG WHO\nRUN echo $WHO >/who\nFROM busybox:stable\nRUN exit 1\n"
    built(text, args={"WHO": "me"}, labels={"team": "a"}, target="one")
    assert built.read("/who") == "me\n"
    assert built.attributes["Config"]["Labels"]["team"] == "a"


def test_instructions_get_mounts_hosts_and_no_network(built: Built) -> None:
    text = """\
FROM busybox:stable
RUN --mount=type=cache,target=/cache echo kept >/cache/file
RUN --mount=type=cache,target=/cache cat /cache/file >/from-cache
RUN --mount=type=bind,target=/context cat /context/page >/from-context
RUN --mount=type=tmpfs,target=/fast mount | grep -c ' /fast .*tmpfs' >/from-tmpfs
RUN cat /etc/hosts >/hosts; ls /sys/class/net >/interfaces
"""
    built(text, network="none", extra_hosts=["db:10.0.0.2"])
    assert (built.read("/from-cache"), built.read("/from-context")) == ("kept\n", "hello")
    assert built.read("/from-tmpfs") == "1\n"
    assert "10.0.0.2\tdb" in built.read("/hosts")
    assert "eth0" not in built.read("/interfaces")


def test_secrets_reach_their_mounts_and_stay_out_of_the_image(
    built: Built, workflow: Workflow, docker_client: DockerClient
) -> None:
    (workflow.folder / "key").write_text("hunter2")
    text = """\
FROM busybox:stable
RUN --mount=type=secret,id=token sha256sum </run/secrets/token >/digest
RUN --mount=type=secret,id=other test ! -e /run/secrets/other
"""
    secrets = {"secrets": {"key": {"file": "key"}}}
    built(text, top=secrets, secrets=[{"source": "key", "target": "token"}])
    assert built.read("/digest").startswith("f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7")
    assert "hunter2" not in str(docker_client.images.get(built.name).history())
    (workflow.folder / "key").write_text("changed")
    change = workflow.plan({**secrets, "images": built.sections["images"]})
    assert [found.path for one in change.pending for found in one.diff] == ["build.options"]


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """An ssh agent with one key: its socket, and the key as it tells it."""
    socket = str(tmp_path / "a")
    process = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()  # it says so when it listens
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
        env = {**os.environ, "SSH_AUTH_SOCK": socket}
        subprocess.run(["ssh-add", "-q", tmp_path / "key"], check=True, env=env)
        yield socket, " ".join((tmp_path / "key.pub").read_text().split()[:2])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def test_an_ssh_agent_is_lent_to_the_build(built: Built, workflow: Workflow, agent: tuple[str, str]) -> None:
    socket, key = agent
    with_libraries("ssh-add", workflow.folder / "app" / "client")
    # The comment keeps the result of another run's key out of it.
    text = f"FROM busybox:stable\nCOPY client /\nRUN --mount=type=ssh,id=work ssh-add -L >/keys # {key}\n"
    built(text, ssh={"work": socket})
    assert key in built.read("/keys")


def test_what_is_built_for_another_platform_says_so(built: Built) -> None:
    built("FROM scratch\nCOPY page /\n", platform="linux/arm64")
    assert built.attributes["Architecture"] == "arm64"


def test_a_build_runs_every_instruction_when_it_may_not_use_the_cache(built: Built) -> None:
    text = "FROM busybox:stable\nRUN head -c 9 /dev/urandom | base64 >/random\nARG ROUND\nRUN echo $ROUND\n"
    first = built(text, args={"ROUND": "1"}).read("/random")
    assert built(text, args={"ROUND": "2"}).read("/random") == first
    assert built(text, args={"ROUND": "3"}, no_cache=True).read("/random") != first


def test_a_cache_is_kept_in_the_image_and_had_from_a_registry(
    built: Built, registry: Registry, docker_client: DockerClient
) -> None:
    text = "FROM busybox:stable\nRUN head -c 9 /dev/urandom | base64 >/random\n"
    first = built(text, cache_to=["type=inline"]).read("/random")
    cache = registry.push(built.name, "cached:1")
    for name in docker_client.images.get(built.name).tags:
        docker_client.images.remove(name, force=True)
    docker_client.api.prune_builds(all=True)
    assert built(text, cache_from=[cache]).read("/random") == first


def test_the_time_of_an_image_is_that_of_the_commit_of_its_context(
    built: Built, workflow: Workflow, engine: Engine, docker_client: DockerClient, *, is_new: bool
) -> None:
    env = {**os.environ, **dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2020-02-03T04:05:06Z")}
    git = ["git", "-C", str(workflow.folder), "-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], ["add", "app"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *command], check=True, env=env)
    text = "FROM busybox:stable\nARG SOURCE_DATE_EPOCH\nRUN echo $SOURCE_DATE_EPOCH >/time\n"
    args = {"args": {"SOURCE_DATE_EPOCH": None}}
    assert built(text, **args).read("/time") == "1580702706\n"
    if is_new:
        assert str(built.attributes["Created"]).startswith("2020-02-03T04:05:06")
    if engine.has_containerd_store:
        first = built(text, no_cache=True, **args).attributes["Id"]
        docker_client.images.remove(built.name, force=True)
        assert built(text + "# a remark\n", no_cache=True, **args).attributes["Id"] == first


def test_more_contexts_are_folders_and_images(built: Built, workflow: Workflow, *, is_new: bool) -> None:
    (workflow.folder / "assets").mkdir()
    (workflow.folder / "assets" / "style").write_text("red")
    text = "FROM base\nCOPY --from=assets style /style\nCOPY --from=plain /bin/busybox /plain\n"
    contexts = {"base": "image:base", "assets": "assets", "plain": "docker-image://busybox:stable"}
    top = {
        "images": {
            "base": {"build": {"context": "app", "dockerfile_inline": "FROM busybox:stable\nRUN echo mine >/mine\n"}}
        }
    }
    if not is_new:
        entry = {"build": {"dockerfile_inline": text, "additional_contexts": contexts}}
        problems = workflow.plan({"images": {"it": entry, **top["images"]}}).problems
        assert [problem.code for problem in problems] == ["engine-too-old"]
        return
    built(text, top=top, additional_contexts=contexts)
    assert (built.read("/mine"), built.read("/style")) == ("mine\n", "red")
    (workflow.folder / "assets" / "style").write_text("blue")
    assert pending(workflow.plan(built.sections)) == {"image.it": "replace"}


def test_dev_shm_has_the_size_that_is_asked_for(built: Built, workflow: Workflow, *, is_new: bool) -> None:
    text = "FROM busybox:stable\nRUN df -k /dev/shm | tail -1 >/shm\n"
    if not is_new:
        problems = workflow.plan({"images": {"it": {"build": {"dockerfile_inline": text, "shm_size": "96m"}}}}).problems
        assert [problem.code for problem in problems] == ["engine-too-old"]
        return
    assert " 98304 " in built(text, shm_size="96m").read("/shm")


def test_newer_syntax_works_where_the_engine_knows_it(built: Built, workflow: Workflow, *, is_new: bool) -> None:
    text = "FROM busybox:stable\nRUN <<EOF\necho one >/file\necho two >>/file\nEOF\nCOPY --link page /w\n"
    if is_new:
        assert built(text).read("/file") == "one\ntwo\n"
        return
    with pytest.raises(AssertionError, match=r"at line|line 3"):
        built(text)
