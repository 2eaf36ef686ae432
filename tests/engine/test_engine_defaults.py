"""An engine whose own configuration fills in what nobody declares: that is no drift, and what is left out goes back to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docker import APIClient

from tests.engine.web import Web, paths
from tests.harness.engine import PrivateEngine, new_private_engine
from tests.harness.image import BASE
from tests.harness.workflow import Workflow, open_gateway, pending

MEGABYTE = 1024 * 1024
OPTIONS = (
    "--default-ulimit=nofile=2048:4096",
    "--default-ulimit=core=0",
    "--log-driver=local",
    "--log-opt=max-size=5m",
    "--log-opt=max-file=2",
    "--default-shm-size=32M",
    f"--add-runtime=other={shutil.which('runc', path='/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin')}",
    "--default-runtime=other",
    "--init",
    "--ip=127.0.0.1",
)
PLAIN = {"image": BASE, "command": ["sleep", "600"], "stop_signal": "SIGKILL", "network_mode": "none"}
RICH = {
    "image": BASE,
    "command": ["sleep", "600"],
    "stop_signal": "SIGKILL",
    "ports": ["80", "18200:81", "0.0.0.0:18201:82"],
    "volumes": ["data:/data", "/anonymous"],
    "tmpfs": "/run:size=8m",
    "networks": {"front": {"aliases": ["www"]}},
    "healthcheck": {"test": "true", "interval": "100ms"},
    "limits": {"memory": "64m", "pids": 100},
}


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
def web(peculiar: PrivateEngine, api: APIClient, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Web]:
    """The container `web` of a workflow on that engine."""
    with open_gateway(peculiar.url) as gateway:
        web = Web(Workflow(gateway, f"w{abs(hash(request.node.name))}", tmp_path), api)
        yield web
        web.workflow.apply({})


def test_what_the_engine_fills_in_is_no_drift(web: Web) -> None:
    sections = {"networks": {"front": {}}, "volumes": {"data": {}}, "containers": {"web": RICH}}
    web.workflow.apply(sections)
    assert pending(web.workflow.plan(sections)) == {}
    filled = web.host_config
    assert filled["LogConfig"] == {"Type": "local", "Config": {"max-size": "5m", "max-file": "2"}}
    assert (filled["ShmSize"], filled["Runtime"]) == (32 * MEGABYTE, "other")


GOES_BACK = {
    "ulimits": {"ulimits": {"nofile": 512, "nproc": 100}},
    "a limit as the engine has it": {"ulimits": {"nofile": {"soft": 2048, "hard": 4096}}},
    "logging": {"logging": {"driver": "json-file", "options": {"max-size": "1m"}}},
    "the engine's own log driver": {"logging": {"driver": "local"}},
    "log options": {"logging": {"options": {"max-size": "1m"}}},
    "log options as the engine has them": {"logging": {"options": {"max-size": "5m"}}},
    "shm_size": {"shm_size": "16m"},
    "the usual shm_size": {"shm_size": "64m"},
    "shm_size as the engine has it": {"shm_size": "32m"},
    "init": {"init": True},
    "no init": {"init": False},
    "runtime": {"runtime": "runc"},
    "the engine's own runtime": {"runtime": "other"},
}


@pytest.mark.parametrize("options", GOES_BACK.values(), ids=GOES_BACK)
def test_what_is_left_out_again_goes_back_to_the_engines_default(web: Web, options: dict[str, Any]) -> None:
    bare, with_options = ({"containers": {"web": {**PLAIN, **more}}} for more in ({}, options))
    web.workflow.apply(bare)
    untouched = filled_in(web)
    for sections in (with_options, bare):
        web.workflow.apply(sections)
        assert pending(web.workflow.plan(sections)) == {}
    assert filled_in(web) == untouched


def filled_in(web: Web) -> dict[str, Any]:
    """Return what the engine's own configuration decided."""
    host_config = web.host_config
    ulimits = sorted(host_config["Ulimits"], key=lambda limit: str(limit["Name"]))
    rest = {key: host_config.get(key) for key in ("LogConfig", "ShmSize", "Init", "Runtime")}
    return {"Ulimits": ulimits, **rest}
