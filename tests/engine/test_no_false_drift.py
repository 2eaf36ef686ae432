"""What is applied and left alone is not changed again, whatever the image and the engine add to it."""

from __future__ import annotations

from typing import Any

import pytest
from docker import DockerClient

from tests.engine.conftest import MakeImage
from tests.harness.image import BASE
from tests.harness.workflow import Workflow, pending

SECOND = 1_000_000_000
SLEEP = ["sleep", "600"]
RICH = {
    "Cmd": SLEEP,
    "Env": ["PATH=/bin", "MODE=image", "EMPTY=", "SUM=1+1=2"],
    "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
    "Labels": {"team": "image", "empty": ""},
    "Volumes": {"/data": {}, "/var/lib/": {}},
    "User": "33:33",
    "WorkingDir": "/var/../tmp/",
    "StopSignal": "9",
    "Healthcheck": {"Test": ["CMD-SHELL", "true"], "Interval": SECOND // 10, "Retries": 7},
}


@pytest.fixture(scope="session")
def rich(make_image: MakeImage) -> str:
    """An image that brings a value for all that an image can."""
    return make_image("rich", **RICH)


@pytest.fixture(scope="session")
def entry(make_image: MakeImage) -> str:
    """An image that runs its command through an entrypoint."""
    return make_image("entry", Entrypoint=["env", "FROM=image"], Cmd=SLEEP)


ON_THE_RICH_IMAGE = {
    "nothing more": {},
    "the same again": {
        "command": "sleep 600",
        "environment": {"MODE": "image", "EMPTY": ""},
        "expose": ["80", "53/udp"],
        "labels": {"team": "image"},
        "user": "33:33",
        "working_dir": "/tmp",
        "stop_signal": "SIGKILL",
        "healthcheck": {"test": "true", "interval": "100ms", "retries": 7},
    },
    "part of the health check": {"healthcheck": {"interval": "200ms"}},
    "no health check": {"healthcheck": {"disable": True}},
    "an unclean folder": {"working_dir": "//var/./www/"},
    "an odd environment": {"environment": ["A=b=c", "B=", "C=two\nlines", "D= 'quoted' "]},
    "a mount over the image's volume": {"volumes": ["/data:/data"]},
    "memory over the image's volume": {"tmpfs": ["/data:size=8m,mode=1777", "/fast/"]},
}


@pytest.mark.parametrize("options", ON_THE_RICH_IMAGE.values(), ids=ON_THE_RICH_IMAGE)
def test_what_an_image_brings_is_no_drift(rich: str, workflow: Workflow, options: dict[str, Any]) -> None:
    assert_settled(workflow, {"image": rich, "network_mode": "none", **options})


ON_AN_ENTRYPOINT = {
    "the image's own": {},
    "another command": {"command": ["sleep", "700"]},
    "no command": {"command": [], "entrypoint": ["sleep", "700"]},
    "another entrypoint, whose own command goes": {"entrypoint": ["sleep", "700"]},
    "another entrypoint and command": {"entrypoint": "env FROM=file", "command": "sleep 700"},
    "no entrypoint": {"entrypoint": [], "command": ["sleep", "700"]},
    "a command of one empty word": {"command": [""], "entrypoint": ["sh", "-c", "sleep 700"]},
}


@pytest.mark.parametrize("options", ON_AN_ENTRYPOINT.values(), ids=ON_AN_ENTRYPOINT)
def test_an_entrypoint_with_and_without_its_command_is_no_drift(
    entry: str, workflow: Workflow, options: dict[str, Any]
) -> None:
    assert_settled(workflow, {"image": entry, "network_mode": "none", **options})


def test_a_cleared_command_leaves_the_images_entrypoint_alone_with_nothing(
    make_image: MakeImage, workflow: Workflow, docker_client: DockerClient
) -> None:
    image = make_image("self-sufficient", Entrypoint=["sleep", "600"], Cmd=["not a number"])
    assert_settled(workflow, {"image": image, "network_mode": "none", "command": []})
    config = docker_client.api.inspect_container(f"{workflow.name}-web-1")["Config"]
    assert (config["Entrypoint"], config["Cmd"]) == (["sleep", "600"], [])


OF_THE_ENGINES_OWN_FORM = {
    "ephemeral ports": {"network_mode": "bridge", "ports": ["80", "127.0.0.1::81", "82/udp", "83-84"]},
    "ports out of a range": {"network_mode": "bridge", "ports": ["18100-18110:80", "0.0.0.0:18120-18121:81-82"]},
    "a port for any address": {"network_mode": "bridge", "ports": ["18130:80", "0.0.0.0:18131:80"]},
    "exposed ranges": {"expose": ["80-82", "53/UDP"]},
    "memory alone": {"limits": {"memory": "64m"}},
    "memory and as much swap": {"limits": {"memory": "64m", "memory_swap": "64m"}},
    "memory and all swap": {"limits": {"memory": "64m", "memory_swap": -1}},
    "a range of processors": {"limits": {"cpuset": "0-1", "cpus": "0.125"}},
    "no limit on processes": {"limits": {"pids": -1}},
    "capabilities in any case": {"cap_add": ["net_admin", "CAP_SYS_TIME"], "cap_drop": ["all"]},
    "hosts in any form": {"extra_hosts": ["a=10.0.0.1", "a:10.0.0.2", "b:[fd00::1]", "c:host-gateway"]},
    "equal limits": {"ulimits": {"nofile": 512, "nproc": {"soft": 100, "hard": 200}, "core": -1}},
    "a log's options": {"logging": {"options": {"max-size": "1m", "tag": "{{.Name}}"}}},
    "a health check of one's own": {"healthcheck": {"test": ["CMD", "true"], "interval": "100ms"}},
    "half a health check": {"healthcheck": {"interval": "100ms"}},
    "retries without a number": {"restart": "on-failure"},
    "a part of a second": {"stop_grace_period": "1500ms"},
    "a signal by its short name": {"stop_signal": "INT"},
    "the host's network": {"network_mode": "host"},
    "the engine's bridge": {"network_mode": "bridge"},
    "mounts of every type": {
        "volumes": [
            "/anonymous/",
            "./made:/host:ro,private",
            {"type": "bind", "source": "/etc", "target": "/there", "bind": {"create_host_path": False}},
            {"type": "volume", "target": "/also anonymous", "volume": {"nocopy": True}},
            {"type": "tmpfs", "target": "/fast", "tmpfs": {"size": "8m", "mode": "1770"}},
        ]
    },
}


@pytest.mark.parametrize("options", OF_THE_ENGINES_OWN_FORM.values(), ids=OF_THE_ENGINES_OWN_FORM)
def test_the_engines_own_form_is_no_drift(workflow: Workflow, options: dict[str, Any]) -> None:
    network = {} if "ports" in options else {"network_mode": "none"}
    assert_settled(workflow, {"image": BASE, "init": True, "command": SLEEP, **network, **options})


SHORT_AND_LONG = {
    "command": ("sleep 600", SLEEP),
    "environment": (["A=1", "B="], {"A": 1, "B": ""}),
    "labels": (["team=a"], {"team": "a"}),
    "ports": (
        ["127.0.0.1:18140:80/tcp", "53/udp"],
        [{"target": 53, "protocol": "udp"}, {"target": "80", "published": 18140, "host_ip": "127.0.0.1"}],
    ),
    "expose": (["80", "53/udp"], ["53/udp", "80/tcp"]),
    "volumes": (
        ["data:/data:ro", "/tmp:/host", "/anonymous"],
        [
            {"type": "volume", "target": "/anonymous"},
            {"type": "bind", "source": "/tmp", "target": "/host/", "bind": {"propagation": "rprivate"}},
            {"type": "volume", "source": "data", "target": "/data", "read_only": True},
        ],
    ),
    "tmpfs": ("/run:size=8m,mode=1777", ["/run/:mode=1777,size=8m"]),
    "networks": (["front"], {"front": None}),
    "extra_hosts": (["db:10.0.0.2"], {"db": "10.0.0.2"}),
    "ulimits": ({"nofile": 512}, {"nofile": {"soft": 512, "hard": 512}}),
    "cap_add": (["NET_ADMIN", "SYS_TIME"], ["CAP_SYS_TIME", "CAP_NET_ADMIN"]),
    "healthcheck": ({"test": "true", "interval": "0.1"}, {"test": ["CMD-SHELL", "true"], "interval": "100ms"}),
    "limits": ({"memory": "64m", "cpuset": "0-1"}, {"memory": 67108864, "cpuset": "1,0"}),
    "shm_size": ("32m", "33554432"),
}


@pytest.mark.parametrize("key", SHORT_AND_LONG)
def test_the_short_and_the_long_form_are_one(workflow: Workflow, key: str) -> None:
    def declare(value: Any) -> dict[str, Any]:
        network = {} if key in ("ports", "networks") else {"network_mode": "none"}
        container = {"image": BASE, "init": True, "command": SLEEP, **network, key: value}
        return {"networks": {"front": {}}, "volumes": {"data": {}}, "containers": {"web": container}}

    short, long = SHORT_AND_LONG[key]
    workflow.apply(declare(short))
    assert pending(workflow.plan(declare(long))) == {}


def test_aliases_and_fixed_addresses_are_no_drift(workflow: Workflow) -> None:
    pools = [{"subnet": "10.85.0.0/24"}, {"subnet": "FD00:85::/64"}]
    joined = {
        "front": {"ipv4_address": "10.85.0.9", "ipv6_address": "fd00:85:0::9", "aliases": ["www", "web"]},
        "back": {},
    }
    sections = {
        "networks": {"front": {"enable_ipv6": True, "ipam": {"config": pools}}, "back": {"internal": True}},
        "containers": {"web": {"image": BASE, "init": True, "command": SLEEP, "hostname": "alpha", "networks": joined}},
    }
    workflow.apply(sections)
    assert pending(workflow.plan(sections)) == {}


def test_a_network_of_another_container_is_no_drift(workflow: Workflow) -> None:
    sleeper = {"image": BASE, "init": True, "command": SLEEP}
    sections = {"containers": {"web": sleeper, "beside": {**sleeper, "network_mode": "container:web"}}}
    workflow.apply(sections)
    assert pending(workflow.plan(sections)) == {}


def test_a_restarted_container_is_no_drift(workflow: Workflow, docker_client: DockerClient) -> None:
    container = {"image": BASE, "init": True, "command": SLEEP, "ports": ["80"]}
    assert_settled(workflow, container)
    docker_client.api.restart(f"{workflow.name}-web-1", timeout=1)
    assert pending(workflow.plan({"containers": {"web": container}})) == {}


def assert_settled(workflow: Workflow, container: dict[str, Any]) -> None:
    """Apply one container, and see that there is nothing more to do."""
    sections = {"containers": {"web": container}}
    workflow.apply(sections)
    left = {change.address: change.diff for change in workflow.plan(sections).pending}
    assert left == {}


def test_a_port_that_others_exposed_without_a_protocol_is_no_drift(
    workflow: Workflow, docker_client: DockerClient
) -> None:
    api, name = docker_client.api, f"{workflow.name}-web-1"
    body = {
        "Image": BASE,
        "Cmd": SLEEP,
        "ExposedPorts": {"90": {}},
        "HostConfig": {"Init": True, "NetworkMode": "none"},
    }
    answer = api.post(f"{api.base_url}/v{api.api_version}/containers/create", params={"name": name}, json=body)
    try:
        api.start(answer.json()["Id"])
        web = {"image": BASE, "command": SLEEP, "init": True, "network_mode": "none", "expose": ["90"]}
        change = workflow.plan({"containers": {"web": web}}, adopt=True).changes[-1]
        assert (change.verb, change.diff) == ("adopt", ())
    finally:
        api.remove_container(name, force=True)
