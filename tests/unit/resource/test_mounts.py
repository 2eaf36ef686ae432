"""Volumes, bind mounts and tmpfs: every form, and the way to the engine and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.resource.codec import Invalid
from runner.resource.mount_json import read_mounts, write_mounts
from runner.resource.mounts import MOUNTS, parse_mode, same_mount, show_mount

VOLUME = {"type": "volume", "source": "data"}
BIND = {"type": "bind", "source": "/srv"}


@pytest.mark.parametrize(
    ("raw", "target", "mount"),
    [
        ("data:/data", "/data", VOLUME),
        ("data:/data/", "/data", VOLUME),
        ("data:/data:rw", "/data", VOLUME),
        ("data:/data:ro", "/data", {**VOLUME, "read_only": True}),
        ("data:/data:ro,nocopy", "/data", {**VOLUME, "read_only": True, "nocopy": True}),
        ("/srv:/data", "/data", BIND),
        ("./srv:/data", "/data", {**BIND, "source": "./srv"}),
        ("~/srv:/data", "/data", {**BIND, "source": "~/srv"}),
        ("./a:b/srv:/data", "/data", {**BIND, "source": "./a:b/srv"}),
        ("/a:b/srv:/data:ro", "/data", {**BIND, "source": "/a:b/srv", "read_only": True}),
        ("/srv:/data:z", "/data", {**BIND, "selinux": "z"}),
        ("/srv:/data:ro,shared", "/data", {**BIND, "read_only": True, "propagation": "shared"}),
        ("/srv:/data:rprivate", "/data", BIND),
        ("/data", "/data", {"type": "volume", "source": ""}),
        ({"type": "volume", "source": "data", "target": "/data"}, "/data", VOLUME),
        ({"type": "volume", "target": "/data"}, "/data", {"type": "volume", "source": ""}),
        (
            {"type": "volume", "source": "data", "target": "/data", "read_only": "true", "volume": {"nocopy": "true"}},
            "/data",
            {**VOLUME, "read_only": True, "nocopy": True},
        ),
        (
            {"type": "volume", "source": "data", "target": "/data", "volume": {"selinux": "Z"}},
            "/data",
            {**VOLUME, "selinux": "Z"},
        ),
        ({"type": "bind", "source": "/srv", "target": "/data"}, "/data", BIND),
        (
            {"type": "bind", "source": "/srv", "target": "/data", "bind": {"create_host_path": "false"}},
            "/data",
            {**BIND, "must_exist": True},
        ),
        (
            {"type": "bind", "source": "/srv", "target": "/data", "bind": {"propagation": "rslave"}},
            "/data",
            {**BIND, "propagation": "rslave"},
        ),
        (
            {"type": "tmpfs", "target": "/data", "tmpfs": {"size": "8m", "mode": "0700"}},
            "/data",
            {"type": "tmpfs", "source": "", "size": 8 * 1024**2, "mode": 0o700},
        ),
    ],
)
def test_a_mount_in_each_of_its_forms(raw: Any, target: str, mount: dict[str, Any]):
    assert MOUNTS.parse([raw]) == {target: mount}


@pytest.mark.parametrize(
    "raw",
    [
        "",
        ":",
        "data:",
        ":/data",
        "data:relative",
        "relative",
        "a:/b:ro:rw",
        "data:/data:rx",
        {"type": "bind", "target": "/data"},
        {"type": "tmpfs", "source": "data", "target": "/data"},
        {"type": "volume", "source": "data", "target": "data"},
        {"type": "volume", "source": "data", "target": "/data", "bind": {}},
        {"type": "volume", "source": "data", "target": "/data", "volume": {"selinux": "Z", "subpath": "a"}},
        {"type": "tmpfs", "target": "/data", "tmpfs": {"size": "many"}},
        {"type": "tmpfs", "target": "/data", "tmpfs": {"mode": "rwx"}},
    ],
)
def test_what_is_no_mount_is_refused_where_it_stands(raw: Any):
    with pytest.raises(Invalid) as refused:
        MOUNTS.parse(["/ok", raw])
    assert refused.value.path[0] == 1


def test_two_mounts_at_one_target_are_refused_at_the_second():
    with pytest.raises(Invalid, match='two mounts at "/data"') as refused:
        MOUNTS.parse(["a:/data", "b:/other", "c:/data/"])
    assert refused.value.path == (2,)


@pytest.mark.parametrize(("raw", "mode"), [("755", 0o755), ("0755", 0o755), ("0o755", 0o755), ("1777", 0o1777)])
def test_permission_bits_are_octal(raw: str, mode: int):
    assert parse_mode(raw) == mode


@pytest.mark.parametrize("raw", ["888", "-1", "17777", "rwx", ""])
def test_other_permission_bits_are_refused(raw: str):
    with pytest.raises(Invalid, match="not permission bits"):
        parse_mode(raw)


@pytest.mark.parametrize(
    ("mount", "shown"),
    [
        (VOLUME, "data"),
        ({**BIND, "read_only": True, "selinux": "z"}, "/srv:ro,z"),
        ({"type": "volume", "source": ""}, "(anonymous)"),
        ({"type": "tmpfs", "source": "", "size": 8 * 1024**2, "mode": 0o700}, "tmpfs:size=8m,mode=0700"),
    ],
)
def test_a_mount_is_shown_in_the_short_form(mount: dict[str, Any], shown: str):
    assert show_mount(mount) == shown


def optional(key: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just({}), values.map(lambda value: {key: value}))


def merged(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


READ_ONLY = optional("read_only", st.just(True))
PROPAGATION = optional("propagation", st.sampled_from(["private", "shared", "rshared", "slave", "rslave"]))
MOUNT = st.one_of(
    merged(st.just(VOLUME), READ_ONLY, optional("nocopy", st.just(True))),
    merged(st.just({"type": "volume", "source": ""}), READ_ONLY),
    merged(st.just(BIND), READ_ONLY, PROPAGATION, optional("selinux", st.sampled_from("zZ"))),
    merged(st.just({**BIND, "must_exist": True}), READ_ONLY, PROPAGATION),
    merged(
        st.just({"type": "tmpfs", "source": ""}),
        READ_ONLY,
        optional("size", st.integers(1, 2**40)),
        optional("mode", st.integers(1, 0o7777)),
    ),
)


@given(st.dictionaries(st.sampled_from(["/a", "/a/b", "/c", "/d e"]), MOUNT))
def test_mounts_are_read_as_they_were_written(mounts: dict[str, Any]):
    host_config: dict[str, Any] = {}
    write_mounts(mounts, host_config)
    assert read_mounts(host_config) == mounts


@pytest.mark.parametrize(
    ("target", "mount"),
    [
        ("/data", {**BIND, "source": "/a:b/srv"}),
        ("/da:ta", BIND),
        ("/data", {**BIND, "source": "/a:b/srv", "read_only": True, "propagation": "shared"}),
        ("/data", {**BIND, "source": "/a:b/srv", "must_exist": True}),
    ],
)
@pytest.mark.parametrize("api", ["1.41", "1.42"])
def test_a_path_with_a_colon_is_the_same_on_every_engine(target: str, mount: dict[str, Any], api: str):
    host_config: dict[str, Any] = {}
    write_mounts({target: mount}, host_config)
    assert "Binds" not in host_config
    if api == "1.41":
        for body in host_config["Mounts"]:
            body.get("BindOptions", {}).pop("CreateMountpoint", None)
    (live,) = read_mounts(host_config).values()
    assert same_mount(mount, live)
    assert not same_mount({**mount, "read_only": not mount.get("read_only")}, live)


@pytest.mark.parametrize("text", ["/a:/b:/data", "./a:b:/data:/more", "a:b:/data"])
def test_a_colon_that_could_part_a_mount_in_two_ways_is_refused_with_the_long_form(text: str):
    with pytest.raises(Invalid) as refused:
        MOUNTS.parse([text])
    assert refused.value.help


def test_the_slash_that_other_clients_leave_at_the_end_of_a_path_is_no_difference() -> None:
    mounts = [{"Type": "bind", "Source": "/srv/", "Target": "/there/", "BindOptions": {"CreateMountpoint": True}}]

    assert read_mounts({"Binds": ["/srv/:/data"], "Mounts": mounts}) == {"/data": BIND, "/there": BIND}
