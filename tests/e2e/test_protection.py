"""A protected container is never removed nor replaced; all else goes on around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness.cli import Cli
from tests.harness.live import Live

KEPT = "containers: {db: {<<: *idle, protect: true%s}, web: *idle}"


@pytest.fixture
def db(cli: Cli, workflow: Callable, live: Live) -> str:
    """The id of a protected container that runs."""
    workflow(KEPT % "")
    cli("apply").exits(0)
    return live.id("db")


@pytest.mark.parametrize(
    "text", [KEPT % ", user: '65534'", "containers: {web: *idle}"], ids=["would be replaced", "is no longer declared"]
)
def test_a_plan_that_would_end_it_is_a_problem(cli: Cli, workflow: Callable, live: Live, db: str, text: str) -> None:
    before = live.containers
    workflow(text)
    refused = cli("apply").exits(1)
    assert live.containers == before
    assert "container.db is protected, but would be" in refused.text
    assert "remove protect first" in refused.text


def test_it_is_changed_in_place(cli: Cli, workflow: Callable, live: Live, db: str) -> None:
    workflow(KEPT % ", limits: {memory: 64m}")
    cli("apply").exits(0)
    assert (live.id("db"), live.container("db")["HostConfig"]["Memory"]) == (db, 64 << 20)


def test_a_destroy_leaves_it_with_its_network_and_says_so(
    cli: Cli, workflow: Callable, live: Live, db: str, workflow_name: str
) -> None:
    left = cli("destroy", workflow_name, "--volumes", "--yes").exits(0)
    assert live.everything == {f"container {workflow_name}-db-1", f"network {workflow_name}_default"}
    assert (live.id("db"), live.runs("db")) == (db, True)
    assert "container.db is protected, and is kept" in left.stderr
    assert "network.default is used by a protected resource, and is kept" in left.stderr


def test_protection_is_given_and_taken_away_without_touching_the_container(
    cli: Cli, workflow: Callable, live: Live, db: str
) -> None:
    workflow((KEPT % "").replace("protect: true", "protect: false"))
    taken = cli("apply").exits(0)
    assert live.id("db") == db
    assert "protect  true → false" in taken.text
    cli("plan", "--detailed-exitcode").exits(0)

    workflow(KEPT % "")
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)
    cli("destroy").exits(0)
    assert live.id("db") == db

    workflow((KEPT % "").replace("protect: true", "protect: false"))
    cli("apply").exits(0)
    cli("destroy").exits(0)
    assert not live.everything


def test_protection_that_was_only_declared_holds_against_a_destroy_with_the_file(
    cli: Cli, workflow: Callable, live: Live
) -> None:
    workflow((KEPT % "").replace("protect: true", "protect: false"))
    cli("apply").exits(0)
    workflow(KEPT % "")
    cli("destroy").exits(0)
    assert live.runs("db")
