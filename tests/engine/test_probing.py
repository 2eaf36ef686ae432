"""Questions to containers: asked straight where a way leads to them, else through the engine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from docker import DockerClient
from docker.models.containers import Container

from runner.core.errors import ProbeFailed, StepFailed
from runner.core.gateway import Gateway
from runner.core.regex import Regex
from runner.kinds.probing.probe import Exec, Http, Log, Probe, ProbeTarget, Tcp
from runner.kinds.probing.run import run_probe
from tests.harness.engine import Engine
from tests.harness.image import BASE

SERVE = """
mkdir -p /www/cgi-bin
echo 'hello from inside' > /www/index.html
printf '#!/bin/sh\\nprintf "Content-Type: a/b\\r\\n\\r\\n"; while sleep 0.2; do echo more; done' > /www/cgi-bin/drip
printf '#!/bin/sh\\nprintf "Content-Type: a/b\\r\\n\\r\\n"; yes' > /www/cgi-bin/flood
chmod +x /www/cgi-bin/*
printf '{"db": {"up": true, "since": 3}, "items": [1, 2]}' > /www/status.json
httpd -p 8080 -h /www
until wget -q -O /dev/null http://localhost:8080/; do sleep .05; done
echo "listening on 8080"
echo "a warning" >&2
exec sleep 600
"""
PROGRAM = ("sh", "-c", SERVE)


@pytest.fixture(scope="module")
def server(docker_client: DockerClient) -> Iterator[Container]:
    container = docker_client.containers.run(BASE, list(PROGRAM), detach=True, init=True)
    while b"warning" not in container.logs():
        time.sleep(0.05)
    yield container
    container.remove(force=True)


@pytest.fixture(params=["beside", "elsewhere"])
def place(request: pytest.FixtureRequest, engine: Engine, gateway: Gateway, server: Container) -> Iterator[ProbeTarget]:
    """The server as it is asked on the engine's machine, and where none of its addresses leads to it."""
    with engine.network() if request.param == "beside" else nullcontext():
        yield ProbeTarget(gateway, gateway.containers.inspect(server.id))


MET: list[Probe] = [
    Http("http://web:8080/"),
    Http("http://web:8080/index.html", status=200, contains="hello"),
    Http("http://web:8080/nothing", status=404),
    Http("http://web:8080/status.json", json={"db": {"up": True}}),
    Tcp(8080),
    Exec(("test", "-d", "/www")),
    Exec(("sh", "-c", "echo fine; exit 3"), exit_code=3, contains="fine"),
    Exec(("sh", "-c", "echo fine >&2"), contains="fine"),
    Log(Regex.compile(r"listening on \d+")),
    Log(Regex.compile("a warning")),
]
ENDLESS: list[tuple[Probe, str]] = [
    (Http("http://web:8080/cgi-bin/drip"), "in time"),
    (Http("http://web:8080/cgi-bin/flood", contains="never"), "in time|response does not contain"),
    (Exec(("sh", "-c", "while sleep 0.2; do echo more; done"), within=2), "in time"),
    (Exec(("yes",), within=2), "in time"),
]
UNMET: list[tuple[Probe, str]] = [
    (Http("http://web:8080/nothing"), "returned status 404"),
    (Http("http://web:8080/", status=201), "returned status 200"),
    (Http("http://web:8080/", contains="bye"), 'response does not contain "bye": hello from inside'),
    (Http("http://web:8080/", json={}), "response is not JSON: hello from inside"),
    (Http("http://web:8080/status.json", json={"items": [1]}), "unexpected JSON response: items is "),
    (Http("http://web:8081/"), "refused"),
    (Tcp(8081), "refused|does not listen on port 8081"),
    (Exec(("test", "-d", "/nowhere")), "test exited with code 1: nothing"),
    (Exec(("no-such-program",)), "no-such-program exited with code 12[67]"),
    (Exec(("echo", "fine"), contains="good"), 'response does not contain "good": fine'),
    (Log(Regex.compile("never")), 'has not logged "never"'),
]


@pytest.mark.parametrize("probe", MET, ids=str)
def test_what_is_so_is_found_so_from_everywhere(probe: Probe, place: ProbeTarget) -> None:
    run_probe(probe, place)


@pytest.mark.parametrize(("probe", "words"), UNMET, ids=str)
def test_what_is_not_so_is_told_with_the_answer(probe: Probe, words: str, place: ProbeTarget) -> None:
    with pytest.raises(ProbeFailed, match=words):
        run_probe(probe, place)


@pytest.mark.parametrize(("probe", "words"), ENDLESS, ids=str)
def test_an_answer_without_an_end_costs_neither_time_nor_memory(probe: Probe, words: str, place: ProbeTarget) -> None:
    began = time.monotonic()
    with pytest.raises(ProbeFailed, match=words):
        run_probe(probe, place)
    assert time.monotonic() - began < 15


def test_what_was_written_long_ago_is_found_in_much_that_was_written_since(
    docker_client: DockerClient, gateway: Gateway
) -> None:
    many = "head -c 5000000"  # more than is looked at at once
    filler = "f=$(head -c 1000 /dev/zero | tr '\\0' x)"
    script = f"{filler}; yes $f | {many}; echo; echo it is ready; yes $f | {many}; touch /written; exec sleep 600"
    container = docker_client.containers.run(BASE, ["sh", "-c", script], detach=True, init=True)
    try:
        while container.exec_run(["test", "-e", "/written"]).exit_code:
            time.sleep(0.2)
        place = ProbeTarget(gateway, gateway.containers.inspect(container.id))
        for found in ("^it is ready$", "x\nit is ready\nxx", "xxx$"):
            run_probe(Log(Regex.compile(found, multiline=True)), place)
        with pytest.raises(ProbeFailed, match="has not logged"):
            run_probe(Log(Regex.compile("after")), place)
    finally:
        container.remove(force=True)


def test_what_was_written_before_the_last_start_does_not_count(docker_client: DockerClient, gateway: Gateway) -> None:
    script = "test -e /been || { touch /been; echo first; }; exec sleep 600"
    container = docker_client.containers.run(BASE, ["sh", "-c", script], detach=True, init=True)
    try:
        while b"first" not in container.logs():
            time.sleep(0.05)
        run_probe(Log(Regex.compile("first")), ProbeTarget(gateway, gateway.containers.inspect(container.id)))
        container.restart(timeout=1)
        with pytest.raises(ProbeFailed):
            run_probe(Log(Regex.compile("first")), ProbeTarget(gateway, gateway.containers.inspect(container.id)))
    finally:
        container.remove(force=True)


def test_a_port_without_a_way_and_a_program_is_said_to_be_unreachable(
    docker_client: DockerClient, gateway: Gateway, bare: str
) -> None:
    container = docker_client.containers.run(bare, ["/bin/sleep", "600"], detach=True, init=True)
    try:
        place = ProbeTarget(gateway, gateway.containers.inspect(container.id))
        with pytest.raises(StepFailed, match="neither curl nor wget") as told:
            run_probe(Http("http://web:80/"), place)
        assert "publish the port" in str(told.value.help)
        with pytest.raises(StepFailed, match="no cat"):
            run_probe(Tcp(80), place)
    finally:
        container.remove(force=True)


@pytest.fixture
def bare(docker_client: DockerClient, tmp_path: Any) -> Iterator[str]:
    """An image with nothing in it that could ask."""
    lines = ["FROM busybox:stable", "RUN rm -f /bin/wget /bin/cat /bin/curl /usr/bin/wget"]
    (tmp_path / "Dockerfile").write_text("\n".join(lines))
    name = "runner-test/bare:1"
    docker_client.images.build(path=str(tmp_path), tag=name, rm=True)
    yield name
    docker_client.images.remove(name, force=True)
