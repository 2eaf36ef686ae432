"""An engine that fills in defaults of its own: they are no drift, and what is left out again goes back to them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from docker import APIClient

from tests.engine.web import Web
from tests.harness.engine import PrivateEngine, new_private_engine
from tests.harness.image import BASE
from tests.harness.workflow import Workflow, open_gateway, pending

MEGABYTE = 1024 * 1024
OPTIONS = (
    "--default-ulimit=nofile=512:1024",
    "--default-ulimit=core=0",
    "--log-driver=local",
    "--log-opt=max-size=5m",
    "--log-opt=max-file=2",
    "--default-shm-size=32M",
    f"--add-runtime=other={shutil.which('runc', path='/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin')}",
    "--default-runtime=other",
    "--default-ipc-mode=shareable",
    "--default-cgroupns-mode=private",
    "--init",
    "--ip=127.0.0.1",
)
FILLED_IN = {
    "Ulimits": {"nofile": (512, 1024), "core": (0, 0)},
    "LogConfig": {"Type": "local", "Config": {"max-size": "5m", "max-file": "2"}},
    "ShmSize": 32 * MEGABYTE,
    "Runtime": "other",
    "IpcMode": "shareable",
    "CgroupnsMode": "private",
    "Init": None,
}
PLAIN = {"image": BASE, "command": ["sleep", "600"], "stop_signal": "SIGKILL", "network_mode": "none"}


@pytest.fixture(scope="module")
def peculiar() -> Iterator[PrivateEngine]:
    """An engine on which nothing is as usual."""
    engine = new_private_engine(options=OPTIONS)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def api(peculiar: PrivateEngine) -> Iterator[APIClient]:
    """The SDK on that engine."""
    with peculiar.client() as client:
        yield client.api


@pytest.fixture
def web(peculiar: PrivateEngine, api: APIClient, tmp_path: Path) -> Iterator[Web]:
    """The container `web` of a workflow on that engine."""
    with open_gateway(peculiar.url) as gateway:
        web = Web(Workflow(gateway, f"peculiar-{uuid4().hex[:6]}", tmp_path), api)
        yield web
        web.workflow.apply({})


def filled_in(web: Web) -> dict[str, Any]:
    """Return what the engine has of all that its configuration decides."""
    host_config = web.host_config
    ulimits = {limit["Name"]: (limit["Soft"], limit["Hard"]) for limit in host_config["Ulimits"]}
    return {**{key: host_config.get(key) for key in FILLED_IN}, "Ulimits": ulimits}


def test_what_the_engine_fills_in_is_no_drift(web: Web) -> None:
    rich = {
        "ports": ["80", "18200:81", "0.0.0.0:18201:82"],
        "volumes": ["data:/data", "/anonymous"],
        "tmpfs": "/run:size=8m",
        "networks": {"front": {"aliases": ["www"]}},
        "healthcheck": {"test": "true", "interval": "100ms"},
        "limits": {"memory": "64m", "pids": 100},
    }
    without_mode = {key: value for key, value in PLAIN.items() if key != "network_mode"}
    sections = {"networks": {"front": {}}, "volumes": {"data": {}}, "containers": {"web": {**without_mode, **rich}}}
    web.workflow.apply(sections)
    assert pending(web.workflow.plan(sections)) == {}
    assert filled_in(web) == FILLED_IN


DECLARED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "all as the engine has it": (
        {
            "ulimits": {"nofile": {"soft": 512, "hard": 1024}},
            "logging": {"driver": "local", "options": {"max-size": "5m"}},
            "shm_size": "32m",
            "runtime": "other",
            "ipc": "shareable",
            "cgroup": "private",
        },
        {},
    ),
    "limits": ({"ulimits": {"nofile": 256}}, {"Ulimits": {"nofile": (256, 256), "core": (0, 0)}}),
    "the usual log driver": ({"logging": {"driver": "json-file"}}, {"LogConfig": {"Type": "json-file", "Config": {}}}),
    "an option of the log": (
        {"logging": {"options": {"max-size": "1m"}}},
        {"LogConfig": {"Type": "local", "Config": {"max-size": "1m", "max-file": "2"}}},
    ),
    "the usual runtime": ({"runtime": "runc"}, {"Runtime": "runc"}),
    "the usual memory to share": ({"shm_size": "64m"}, {"ShmSize": 64 * MEGABYTE}),
    "the usual ipc": ({"ipc": "private"}, {"IpcMode": "private"}),
    "the usual cgroup": ({"cgroup": "host"}, {"CgroupnsMode": "host"}),
    "no init": ({"init": False}, {"Init": False}),
}


@pytest.mark.parametrize(("options", "seen"), DECLARED.values(), ids=DECLARED)
def test_what_is_declared_and_left_out_again_goes_back_to_the_engines_default(
    web: Web, options: dict[str, Any], seen: dict[str, Any]
) -> None:
    for declared, expected in (({}, {}), (options, seen), ({}, {})):
        sections = {"containers": {"web": {**PLAIN, **declared}}}
        web.workflow.apply(sections)
        assert pending(web.workflow.plan(sections)) == {}
        assert filled_in(web) == {**FILLED_IN, **expected}
