"""Secrets, configs and triggers: what is in the container, whose it is, and what a change of it does."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient

from runner.core.event import Transition
from runner.core.plan import Action, Reason
from runner.core.resource_state import State
from runner.core.sensitive import MASK
from tests.engine.conftest import MakeImage
from tests.engine.web import OFFLINE, Web
from tests.harness.workflow import Sections, change_of, pending

SETTINGS = {"content": "port = 1\n"}


@pytest.fixture
def files(web: Web) -> Callable[..., Sections]:
    """Declare `web` with a config `settings`, a secret `password` in a file, and more keys."""
    (web.workflow.folder / "password.txt").write_text("hunter2")

    def declared(config: Mapping[str, Any] = SETTINGS, **more: Any) -> Sections:
        return {
            "configs": {"settings": config},
            "secrets": {"password": {"file": "password.txt"}},
            "containers": {"web": {**OFFLINE, **more}},
        }

    return declared


def archive(web: Web, path: str) -> tarfile.TarFile:
    stream, _ = web.api.get_archive(web.name, path)
    return tarfile.open(fileobj=io.BytesIO(b"".join(stream)))


def entry(web: Web, path: str) -> tarfile.TarInfo:
    with archive(web, path) as tar:
        return tar.getmembers()[0]


def run(web: Web, *argv: str) -> str:
    """Run a program in the container, as the user that it runs as."""
    return bytes(web.api.exec_start(web.api.exec_create(web.name, list(argv)))).decode()


def test_a_secret_and_a_config_are_files_with_their_usual_modes(web: Web, files: Callable[..., Sections]) -> None:
    declared = files(secrets=["password"], configs=["settings"])
    web.mend(declared)
    assert run(web, "cat", "/run/secrets/password", "/settings") == "hunter2port = 1\n"
    secret, config = entry(web, "/run/secrets/password"), entry(web, "/settings")
    assert (secret.mode & 0o777, secret.uid, secret.gid) == (0o400, 0, 0)
    assert (config.mode & 0o777, config.uid, config.gid) == (0o444, 0, 0)
    assert entry(web, "/run/secrets").mode & 0o777 == 0o755


def test_target_owner_and_mode_are_as_asked(web: Web, files: Callable[..., Sections]) -> None:
    secret = {"source": "password", "target": "deep/er/db", "uid": 1234, "gid": "4321", "mode": "0440"}
    config = {"source": "settings", "target": "/etc/app/x.conf", "uid": 7, "mode": 0o600}
    web.mend(files(secrets=[secret], configs=[{**config, "mode": "600"}]))
    found = entry(web, "/run/secrets/deep/er/db")
    assert (found.mode & 0o777, found.uid, found.gid) == (0o440, 1234, 4321)
    found = entry(web, "/etc/app/x.conf")
    assert (found.mode & 0o777, found.uid, found.gid) == (0o600, 7, 0)


PASSWD = r"root:x:0:0::/:/bin/sh\nalice:x:1500:1600::/:/bin/sh\n"
GROUP = r"root:x:0:\nstaff:x:1700:alice\n"
USERS = {
    "1500:1600": (1500, 1600),
    "alice": (1500, 1600),
    "1500": (1500, 1600),
    "alice:staff": (1500, 1700),
    "alice:9": (1500, 9),
    "2000": (2000, 0),
    "root": (0, 0),
}


@pytest.fixture(scope="session")
def peopled(docker_client: DockerClient) -> Iterator[str]:
    """An image that knows the user alice and the group staff, and runs as alice."""
    lines = ["FROM busybox:stable", "USER root"]
    lines += [f"RUN printf '{text}' > /etc/{name}" for name, text in (("passwd", PASSWD), ("group", GROUP))]
    name = "runner-test/peopled:1"
    docker_client.images.build(fileobj=io.BytesIO("\n".join([*lines, "USER alice"]).encode()), tag=name, rm=True)
    yield name
    docker_client.images.remove(name, force=True)


@pytest.mark.parametrize("user", [*USERS, None])
def test_a_secret_belongs_to_the_user_that_the_container_runs_as(
    web: Web, files: Callable[..., Sections], peopled: str, user: str | None
) -> None:
    web.mend(files(secrets=["password"], image=peopled, **({"user": user} if user else {})))
    assert run(web, "cat", "/run/secrets/password") == "hunter2"
    found = entry(web, "/run/secrets/password")
    assert (found.mode & 0o777, (found.uid, found.gid)) == (0o400, USERS[user or "alice"])


@pytest.mark.parametrize("user", ["nobody-knows", "\N{SUPERSCRIPT TWO}"])
def test_an_unknown_user_is_said_with_a_way_out(web: Web, files: Callable[..., Sections], user: str) -> None:
    plan = web.workflow.plan(files(secrets=["password"], user=user))
    ends = [e for e in web.workflow.carry_out(plan) if isinstance(e, Transition) and e.after is State.FAILED]
    assert ends[0].cause == f'has no "{user}" in /etc/passwd'
    assert pending(web.workflow.plan({})) == {}, "it left a container behind"


def test_another_content_replaces_the_container_and_tells_neither(web: Web, files: Callable[..., Sections]) -> None:
    declared = files(secrets=["password"])
    web.mend(declared)
    first = web.id
    (web.workflow.folder / "password.txt").write_text("hunter3")
    plan = web.workflow.plan(declared)
    (found,) = change_of(plan, "container.web").diff
    assert (found.path, found.reason) == ("secrets./run/secrets/password", Reason.CONFIG)
    assert (found.before, found.after) == (MASK, MASK)
    assert web.mend(declared).action is Action.REPLACE
    assert web.id != first
    assert run(web, "cat", "/run/secrets/password") == "hunter3"
    assert "hunter" not in repr(web.inspect)


@pytest.mark.parametrize("change", [{"mode": "0444"}, {"uid": 5}, {"target": "other"}], ids=str)
def test_another_mode_owner_or_target_replaces_the_container(
    web: Web, files: Callable[..., Sections], change: dict[str, Any]
) -> None:
    web.mend(files(secrets=["password"]))
    assert web.mend(files(secrets=[{"source": "password", **change}])).action is Action.REPLACE


def test_a_secret_that_is_granted_no_more_is_gone(web: Web, files: Callable[..., Sections]) -> None:
    web.mend(files(secrets=["password"]))
    assert web.mend(files()).action is Action.REPLACE
    assert "No such file" in run(web, "ls", "/run/secrets/password")


def test_the_long_form_of_the_same_grant_changes_nothing(web: Web, files: Callable[..., Sections]) -> None:
    web.mend(files(secrets=["password"], configs=["settings"]))
    secret = {"source": "password", "target": "/run/secrets/password", "mode": "0400"}
    config = {"source": "settings", "target": "settings", "mode": 444}
    assert pending(web.workflow.plan(files(secrets=[secret], configs=[config]))) == {}


def volumes_of(web: Web) -> set[str]:
    return {volume["Name"] for volume in web.api.volumes()["Volumes"] or ()}


@pytest.mark.parametrize(
    "room",
    [{"read_only": True}, {"tmpfs": ["/run", "/etc/own"]}, {"read_only": True, "tmpfs": ["/run"], "user": "1000"}],
    ids=str,
)
def test_files_reach_a_container_that_cannot_be_written_to_and_go_with_it(
    web: Web, files: Callable[..., Sections], room: dict[str, Any]
) -> None:
    before = volumes_of(web)
    declared = files(secrets=["password"], configs=[{"source": "settings", "target": "/etc/own/er/x"}], **room)
    web.mend(declared)
    assert run(web, "cat", "/run/secrets/password", "/etc/own/er/x") == "hunter2port = 1\n"
    first = volumes_of(web) - before
    (web.workflow.folder / "password.txt").write_text("hunter3")
    assert web.mend(declared).action is Action.REPLACE
    assert run(web, "cat", "/run/secrets/password") == "hunter3"
    second = volumes_of(web) - before
    assert first
    assert not first & second, "the old secret is still on the engine"
    web.workflow.apply({})
    assert volumes_of(web) == before


def test_the_folders_of_the_files_of_a_read_only_container_are_read_only_as_well(
    web: Web, files: Callable[..., Sections]
) -> None:
    web.mend(files(secrets=["password"], configs=[{"source": "settings", "target": "/etc/own.conf"}], read_only=True))
    assert run(web, "cat", "/run/secrets/password", "/etc/own.conf") == "hunter2port = 1\n"
    assert "root:" in run(web, "cat", "/etc/passwd"), "what the image has there is gone"
    for path in ("/run/secrets/password", "/run/secrets/more", "/etc/own.conf", "/etc/passwd", "/more"):
        assert "Read-only file system" in run(web, "sh", "-c", f"echo x >{path}")
    assert [mount["RW"] for mount in web.inspect["Mounts"]] == [False, False]


def test_a_job_that_is_read_only_has_its_files_and_they_go_with_it(web: Web, files: Callable[..., Sections]) -> None:
    before = volumes_of(web)
    job = {**OFFLINE, "command": ["grep", "-q", "hunter2", "/run/secrets/password"], "read_only": True}

    def declared(**more: Any) -> Sections:
        return {**files(), "containers": {}, "jobs": {"look": {**job, "secrets": ["password"], **more}}}

    web.workflow.apply(declared())
    first = volumes_of(web) - before
    assert len(first) == 2, "one with its files, one that is the record of its run"
    assert pending(web.workflow.plan(declared())) == {}
    web.workflow.apply(declared(environment={"A": "b"}))
    assert not first & volumes_of(web)
    web.workflow.apply({})
    assert volumes_of(web) == before


def test_files_of_a_container_that_somebody_removed_are_cleared_away(web: Web, files: Callable[..., Sections]) -> None:
    before = volumes_of(web)
    declared = files(secrets=["password"], read_only=True)
    web.mend(declared)
    left = volumes_of(web) - before
    web.api.remove_container(web.name, force=True)
    assert left <= volumes_of(web)
    web.mend(declared)
    assert not left & volumes_of(web)


def test_a_failed_replacement_leaves_no_files_of_its_own_behind(web: Web, files: Callable[..., Sections]) -> None:
    declared = files(secrets=["password"], read_only=True)
    web.mend(declared)
    first, before = web.id, volumes_of(web)
    plan = web.workflow.plan(files(secrets=["password"], read_only=True, command=["false"]))
    ends = [e.after for e in web.workflow.carry_out(plan) if isinstance(e, Transition) and e.after.is_final]
    assert State.ROLLED_BACK in ends
    assert (web.id, volumes_of(web)) == (first, before)
    assert run(web, "cat", "/run/secrets/password") == "hunter2"


def test_a_file_goes_into_an_image_volume_that_lies_around_it(
    web: Web, files: Callable[..., Sections], make_image: MakeImage
) -> None:
    image = make_image("volume-around", Volumes={"/srv": {}}, Cmd=["sleep", "600"])
    declared = files(configs=[{"source": "settings", "target": "/srv/x"}], image=image)
    web.mend(declared)
    assert run(web, "cat", "/srv/x") == "port = 1\n"
    web.mend(files({"content": "port = 2\n"}, configs=[{"source": "settings", "target": "/srv/x"}], image=image))
    assert run(web, "cat", "/srv/x") == "port = 2\n"


def test_a_target_that_is_a_folder_fails_and_leaves_nothing(web: Web, files: Callable[..., Sections]) -> None:
    plan = web.workflow.plan(files(configs=[{"source": "settings", "target": "/etc"}]))
    ends = [e for e in web.workflow.carry_out(plan) if isinstance(e, Transition) and e.after is State.FAILED]
    assert "directory" in str(ends[0].cause)
    assert pending(web.workflow.plan({})) == {}


def test_binary_content_arrives_unchanged(web: Web, files: Callable[..., Sections]) -> None:
    content = bytes(range(256)) * 5000
    (web.workflow.folder / "password.txt").write_bytes(content)
    web.mend(files(secrets=["password"]))
    with archive(web, "/run/secrets/password") as tar:
        copied = tar.extractfile("password")
        assert copied is not None
        assert copied.read() == content


def test_a_changed_trigger_replaces_the_container(web: Web, files: Callable[..., Sections]) -> None:
    folder: Path = web.workflow.folder
    (folder / "conf.d").mkdir()
    (folder / "conf.d" / "a.conf").write_text("a")
    (folder / "nginx.conf").write_text("n")
    declared = files(triggers=["nginx.conf", "conf.d/*.conf"], volumes=["./nginx.conf:/etc/nginx.conf:ro"])
    web.mend(declared)
    (folder / "conf.d" / "b.conf").write_text("b")
    (found,) = change_of(web.workflow.plan(declared), "container.web").diff
    assert found.path == "triggers.conf.d/*.conf"
    assert (str(found.before)[:7], str(found.after)[:8]) == ("1 file,", "2 files,")
    assert web.mend(declared).action is Action.REPLACE
    (folder / "nginx.conf").write_text("other")
    assert web.mend(declared).action is Action.REPLACE
    (folder / "unrelated").write_text("x")
    assert pending(web.workflow.plan(declared)) == {}
