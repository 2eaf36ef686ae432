"""A bundle carries a workflow to an engine that has nothing and reaches nothing."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.engine import PrivateEngine
from tests.harness.inventory import inventory
from tests.harness.live import Live
from tests.harness.repository import Repository
from tests.harness.step import step

SECRET = "hunter2-and-more"


def empty(engine: PrivateEngine) -> PrivateEngine:
    """Remove its base image."""
    with engine.client() as client:
        client.images.remove("busybox:stable")
        assert not client.images.list(all=True)
    return engine


def project(cli: Cli, workflow: Callable, repository: Repository) -> None:
    """Write a workflow that rests on files of all sorts, and on images of both."""
    (cli.folder / "base.yaml").write_text("version: 1\nconfigs: {page: {file: page.txt}}\n")
    (cli.folder / "page.txt").write_text("a page")
    (cli.folder / "web.env").write_text("FROM_FILE=1\n")
    (cli.folder / "extra.conf").write_text("watched")
    (cli.folder / "Dockerfile").write_text("FROM busybox:stable\nRUN echo built >/built\n")
    (cli.folder / ".dockerignore").write_text("*\n!Dockerfile\n")
    (cli.folder / "token.txt").write_text(SECRET)
    workflow(f"""
        include: [base.yaml]
        variables: {{PASSWORD: {{sensitive: true}}, GREETING: {{default: "hello"}}}}
        images: {{site: {{build: .}}}}
        secrets: {{token: {{file: token.txt}}}}
        containers:
          web:
            <<: *idle
            image: site
            env_file: web.env
            environment: {{PASSWORD: "${{PASSWORD}}", GREETING: "${{GREETING}}"}}
            configs: [{{source: page, target: /page}}]
            secrets: [token]
            triggers: [extra.conf]
          pulled: {{<<: *idle, image: '{repository.reference}'}}
    """)


def test_a_bundle_is_applied_where_there_is_nothing(
    cli: Cli,
    clients: Callable[..., Cli],
    workflow: Callable,
    docker_client: DockerClient,
    repository: Repository,
    private_engines: Callable[..., PrivateEngine],
    workflow_name: str,
) -> None:
    project(cli, workflow, repository)
    given = {"PASSWORD": "hunter3-and-more"}
    with step("what isn't on the engine as declared can't be bundled"):
        refused = cli("bundle", "--out", "demo.tar", env=given).exits(1)
        assert "runner apply --target image.site" in refused.stderr
        assert not list(cli.folder.glob("*demo.tar*"))
    with step("the bundle is made, and says what isn't in it"):
        cli("apply", "--var", "GREETING=hi", env=given).exits(0)
        cli("lock", env=given).exits(0)
        made = cli("bundle", "--out", "demo.tar", "--locked", "--var", "GREETING=hi", env=given).exits(0)
        assert "token.txt" in made.stdout
        assert "PASSWORD" in made.stdout
        released = docker_client.images.get(repository.reference)
        content = (cli.folder / "demo.tar").read_bytes()
        assert SECRET.encode() not in content
        assert given["PASSWORD"].encode() not in content
    with step("elsewhere it needs what is secret, and says so"):
        engine = empty(private_engines())
        there = clients(at=engine)
        shutil.copy(cli.folder / "demo.tar", there.folder)
        assert "set PASSWORD in the environment" in there("apply", "demo.tar").exits(2).stderr
        assert "token.txt" in there("apply", "demo.tar", env=given).exits(2).stderr
        (there.folder / "token.txt").write_text(SECRET)
    with step("then images are loaded, and nothing is built or pulled"):
        planned = there("plan", "demo.tar", env=given).exits(0).stdout
        assert "image.site" in planned
        assert "load" in planned
        applied = there("apply", "demo.tar", env=given).exits(0)
        assert applied.path("image.site") == ["creating", "ready"]
    with engine.client() as client:
        web = client.api.inspect_container(f"{workflow_name}-web-1")
        assert {"FROM_FILE=1", "GREETING=hi", f"PASSWORD={given['PASSWORD']}"} <= set(web["Config"]["Env"])
        assert client.containers.get(web["Id"]).exec_run(["cat", "/built", "/page"]).output == b"built\na page"
        assert client.images.get(repository.reference).attrs["RootFS"] == released.attrs["RootFS"]
        assert client.images.get(repository.reference).attrs["Config"] == released.attrs["Config"]
        before = inventory(client)
    with step("a second time there is nothing to do, for the bundle and for the folder that it was made of"):
        assert "No changes" in there("apply", "demo.tar", env=given).exits(0).stdout
        assert "missing" not in there("status", "demo.tar", env=given).exits(0).stdout
        shutil.copytree(cli.folder, there.folder, dirs_exist_ok=True)
        assert "No changes" in there("plan", "--var", "GREETING=hi", env=given).exits(0).stdout
    with step("it is on record, and can be gone back to without the bundle"):
        (there.folder / "demo.tar").unlink()
        run = there("history", workflow_name, "-o", "json").json["runs"][-1]["run_id"]
        there("rollback", run, workflow_name, env=given).exits(0)
        with engine.client() as client:
            assert inventory(client) == before


def test_a_bundle_that_is_damaged_or_none_is_refused_before_anything_is_done(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    cli("bundle", "--out", "demo.tar").exits(0)
    made = live.containers
    whole = (cli.folder / "demo.tar").read_bytes()
    with step("one that breaks off"):
        (cli.folder / "half.tar").write_bytes(whole[: len(whole) // 2])
        assert "is damaged" in cli("apply", "half.tar").exits(2).stderr
    with step("one whose workflow was tampered with"):
        (cli.folder / "other.tar").write_bytes(whole.replace(b"infinity", b"infinite", 1))
        assert "does not match its digest" in cli("apply", "other.tar").exits(2).stderr
    with step("a tar that is none"):
        subprocess.run(["tar", "cf", cli.folder / "foreign.tar", "-C", cli.folder, "workflow.yaml"], check=True)
        assert "is not a bundle" in cli("apply", "foreign.tar").exits(2).stderr
    assert live.containers == made


def with_another_layer(bundle: Path) -> bytes:
    """Return a bundle with one byte of its largest member changed, compressed or not."""
    with tarfile.open(bundle) as archive:
        layer = max(archive, key=lambda member: member.size)
    content = bytearray(bundle.read_bytes())
    content[layer.offset_data + layer.size // 2] ^= 1
    return bytes(content)


def test_an_image_that_was_tampered_with_is_not_loaded(
    cli: Cli, clients: Callable[..., Cli], workflow: Callable, private_engines: Callable[..., PrivateEngine]
) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    cli("bundle", "--out", "demo.tar").exits(0)
    engine = empty(private_engines())
    there = clients(at=engine)
    (there.folder / "demo.tar").write_bytes(with_another_layer(cli.folder / "demo.tar"))

    failed = there("apply", "demo.tar").exits(1)

    assert failed.endings["image.busybox:stable"] == "failed"
    assert failed.endings["container.web"] == "skipped"
    assert "does not match its digest" in failed.ending("image.busybox:stable")["cause"]
    with engine.client() as client:
        assert not client.images.list(all=True)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A file system that has no room for an image."""
    folder = tmp_path / "full"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_bundle_that_cannot_be_written_leaves_nothing(cli: Cli, workflow: Callable, full: Path) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    assert "no space left on device" in cli("bundle", "--out", str(full / "demo.tar")).exits(1).stderr
    assert not list(full.iterdir())
    assert "no such file or directory" in cli("bundle", "--out", "no/such/demo.tar").exits(1).stderr
    with step("what is sensitive in a file keeps it from being made"):
        (cli.folder / "web.env").write_text(f"PASSWORD={SECRET}\n")
        workflow("""
            variables: {PASSWORD: {sensitive: true}}
            containers: {web: {<<: *idle, env_file: web.env, environment: {PASSWORD: "${PASSWORD}"}}}
        """)
        refused = cli("bundle", "--out", "demo.tar", env={"PASSWORD": SECRET}).exits(2)
        assert '"web.env" contains a sensitive value' in refused.stderr
        assert not list(cli.folder.glob("*demo.tar*"))
