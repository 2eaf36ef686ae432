"""A built image that is pushed: when, under which names, and what becomes of a push that didn't work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from signal import SIGINT
from textwrap import dedent

import pytest

from tests.harness.cli import Cli
from tests.harness.engine import Engine
from tests.harness.fault_proxy import Fault
from tests.harness.faulty_registry import FaultyRegistry
from tests.harness.live import Live
from tests.harness.login import log_in
from tests.harness.registry import LOGIN, Registry
from tests.harness.step import step


@pytest.fixture(autouse=True)
def _context(cli: Cli) -> None:
    (cli.folder / "app").mkdir()


@pytest.fixture
def faulty(engine: Engine, registry: Registry) -> Iterator[FaultyRegistry]:
    """The registry's address at which requests go wrong."""
    with FaultyRegistry(engine, registry) as faulty:
        yield faulty


def declared(host: str, name: str, *tags: str, release: str = "1") -> str:
    first, *more = (f"{host}/{name}:{tag}" for tag in tags)
    return f"""
        images:
          site:
            build:
              context: app
              dockerfile_inline: "FROM busybox:stable\\nRUN head -c 300000 /dev/urandom >/x\\nENV RELEASE={release}"
            tag: '{first}'
            tags: {more}
            push: true
        containers: {{web: {{<<: *idle, image: site}}}}
    """


def test_a_changed_image_is_pushed_under_all_of_its_names_as_soon_as_it_can_be(
    cli: Cli, workflow: Callable, live: Live, closed: Registry, engine: Engine, workflow_name: str
) -> None:
    name = workflow_name
    workflow(declared(closed.host, name, "1", "new"))
    with step("without a login the image is built, and the rest waits for its push"):
        assert "build and push" in cli("plan").stdout
        failed = cli("apply").exits(1).ending("image.site")
        assert failed["cause"] == f"cannot push {closed.host}/{name}:1: {closed.host} requires a login"
        assert failed["help"] == f"docker login {closed.host}"
        assert not live.containers
    built = live.image(f"{closed.host}/{name}:1")
    with step("with one the next apply pushes, and builds nothing"):
        log_in(cli.home / ".docker", closed.host, *LOGIN)
        pushed = cli("apply").exits(0)
        assert pushed.reasons["image.site"] == ["missing"]
        assert pushed.path("image.site") == ["updating", "ready"]
        sizes = [event["current"] or 0 for event in pushed.events if event.get("phase") == "pushing"]
        assert max(sizes) > 250_000 or engine.has_containerd_store
        assert live.image(f"{closed.host}/{name}:1") == built
        assert closed.digest(f"{name}:1") == closed.digest(f"{name}:new") is not None
    first = closed.digest(f"{name}:1")
    with step("no registry is asked about what was pushed"), closed.away():
        cli("plan", "--detailed-exitcode").exits(0)
        names = cli("inspect", "image.site", "-o", "json").json["names"]
        assert sorted(names) == [f"{closed.host}/{name}:1", f"{closed.host}/{name}:new"]
    with step("one more name is pushed as well"):
        workflow(declared(closed.host, name, "1", "new", "newer"))
        assert "tag and push" in cli("plan").stdout
        cli("apply").exits(0)
        assert closed.digest(f"{name}:newer") == first
    with step("another build moves every tag"):
        workflow(declared(closed.host, name, "1", "new", "newer", release="2"))
        cli("apply").exits(0)
        second = {closed.digest(f"{name}:{tag}") for tag in ("1", "new", "newer")}
        assert len(second) == 1
        assert first not in second
        cli("plan", "--detailed-exitcode").exits(0)
    with step("destroying it takes its names here, and leaves the registry alone"):
        cli("destroy", "--images").exits(0)
        assert not live.everything
        assert closed.digest(f"{name}:1")


def test_an_interrupted_push_goes_on_where_it_was(
    cli: Cli, workflow: Callable, live: Live, faulty: FaultyRegistry, workflow_name: str
) -> None:
    workflow(declared(faulty.host, workflow_name, "one", "two"))
    faulty.break_with(Fault("hang", "/manifests/two$", times=0))
    pushing = cli.start("apply")
    _await(lambda: any(call.fault for call in faulty.calls))
    pushing.send(SIGINT).finish().exits(130)
    faulty.break_with()

    resumed = cli("apply").exits(0)

    assert resumed.path("image.site") == ["updating", "ready"]
    tags = [call.what for call in faulty.calls if call.what.startswith("PUT") and "/manifests/" in call.what]
    assert [what.rpartition("/")[2] for what in tags] == ["two"]
    cli("plan", "--detailed-exitcode").exits(0)


def test_where_all_is_undone_after_a_failure_nothing_is_pushed_before_all_works(
    cli: Cli, workflow: Callable, live: Live, registry: Registry, workflow_name: str
) -> None:
    text = declared(registry.host, workflow_name, "1")
    workflow(f"{dedent(text)}jobs: {{last: {{image: site, command: ['false'], depends_on: [web]}}}}\n")
    cli("apply", "--atomic").exits(5)
    assert registry.digest(f"{workflow_name}:1") is None
    workflow(text)
    assert cli("apply", "--atomic").exits(0).endings["image.site"] == "ready"
    assert registry.digest(f"{workflow_name}:1")
    cli("plan", "--detailed-exitcode").exits(0)


def _await(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.02)
