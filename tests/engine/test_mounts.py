"""Folders of the host, and volumes without a name that must not get lost."""

from __future__ import annotations

import os

import pytest

from tests.engine.conftest import MakeImage
from tests.engine.web import Web, declared, paths


def test_a_bound_folder_lies_beside_the_file_and_is_made_where_it_is_missing(web: Web) -> None:
    sections = declared(volumes=["./site/pages:/pages"])
    web.workflow.apply(sections)
    assert (web.workflow.folder / "site" / "pages").is_dir()
    (mount,) = web.inspect["Mounts"]
    assert mount["Source"] == os.fspath(web.workflow.folder / "site" / "pages")


def test_a_bound_folder_that_must_exist_is_not_made(web: Web) -> None:
    must_exist = {"type": "bind", "source": "./site", "target": "/pages", "bind": {"create_host_path": False}}
    with pytest.raises(AssertionError, match="create_host_path is false"):
        web.workflow.apply(declared(volumes=[must_exist]))
    assert not (web.workflow.folder / "site").exists()


def succeeds(web: Web, *command: str) -> bool:
    """Run a command in the container."""
    run: str = web.api.exec_create(web.name, list(command))["Id"]
    web.api.exec_start(run)
    return bool(web.api.exec_inspect(run)["ExitCode"] == 0)


def volume_at(web: Web, target: str) -> str | None:
    found = {mount["Destination"]: mount["Name"] for mount in web.inspect["Mounts"] if mount["Type"] == "volume"}
    return found.get(target)


def test_anonymous_volumes_move_along_with_what_is_in_them(web: Web, make_image: MakeImage) -> None:
    image = make_image("with-volume", Volumes={"/of image/": {}})
    sections = [declared(image=image, volumes=["/of file"], hostname=name) for name in ("a", "b", "c")]
    web.workflow.apply(sections[0])
    before = [volume_at(web, target) for target in ("/of image", "/of file")]
    for target in ("/of image", "/of file"):
        assert succeeds(web, "touch", f"{target}/kept")
    for changed in sections[1:]:
        assert paths(web.mend(changed)) == {"hostname"}
        assert [volume_at(web, target) for target in ("/of image", "/of file")] == before
        assert succeeds(web, "test", "-e", "/of image/kept")
        assert succeeds(web, "test", "-e", "/of file/kept")


def test_an_anonymous_volume_that_is_declared_no_more_stays_behind(web: Web) -> None:
    web.workflow.apply(declared(volumes=["/data"], hostname="a"))
    web.mend(declared(volumes=["/data"], hostname="b"))
    volume = volume_at(web, "/data")
    web.mend(declared(hostname="b"))
    assert volume_at(web, "/data") is None
    web.api.remove_volume(volume)
