"""A part of a workflow can be planned and applied, with all that it rests on and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness.cli import Cli
from tests.harness.live import Live

SHOP = """
    networks: {back: {}, front: {}}
    volumes: {data: {}, cache: {}}
    containers:
      db: {<<: *idle, networks: [back], volumes: ["data:/data"]}
      app: {<<: *idle, networks: [back], depends_on: [db], replicas: 2}
      web: {<<: *idle, networks: [front], volumes: ["cache:/cache"]}
"""


def test_what_is_named_comes_with_all_that_it_depends_on(
    cli: Cli, workflow: Callable, live: Live, workflow_name: str
) -> None:
    workflow(SHOP)
    cli("apply", "--target", "container.app").exits(0)
    expected = {"container {}-db-1", "container {}-app-1", "container {}-app-2", "network {}_back", "volume {}_data"}
    assert live.everything == {thing.format(workflow_name) for thing in expected}


def test_one_replica_may_be_named_and_several_things(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(SHOP)
    cli("apply", "--target", "container.app[2]", "--target", "container.web").exits(0)
    assert set(live.containers) == {"db-1", "app-2", "web-1"}


def test_checks_that_ask_for_nothing_else_are_asked_as_well(cli: Cli, workflow: Callable) -> None:
    workflow("""
        containers: {web: *idle, db: *idle}
        checks:
          web: {exec: {container: web, command: "true"}}
          again: {exec: {container: web, command: "true"}, depends_on: web}
          db: {exec: {container: db, command: "true"}}
          both: {exec: {container: web, command: "true"}, depends_on: db}
    """)
    applied = cli("apply", "--target", "container.web").exits(0)
    asked = [event["address"] for event in applied.events if event["event"] == "check.finished"]
    assert asked == ["check.web", "check.again"]


def test_other_changes_and_orphans_are_left_alone(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(SHOP)
    cli("apply").exits(0)
    before = live.containers
    changed = SHOP.replace("[front], volumes", "[front], user: nobody, volumes").replace("      db: {", "      sql: {")
    workflow(changed.replace("depends_on: [db]", "hostname: app"))

    planned = cli("plan", "--target", "container.app", "-o", "json").exits(0).json
    assert {change["address"] for change in planned["changes"] if change["action"] != "no-op"} == {
        "container.app",
        "container.app[2]",
    }
    cli("apply", "--target", "container.app").exits(0)

    after = live.containers
    assert {name for name in before if after.get(name) != before[name]} == {"app-1", "app-2"}
    assert set(after) == set(before)


def test_an_entry_covers_the_replicas_that_it_has_no_longer(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow(SHOP)
    cli("apply").exits(0)
    workflow(SHOP.replace("replicas: 2", "replicas: 1").replace("      web: {", "      site: {"))
    cli("apply", "--target", "container.app").exits(0)
    assert set(live.containers) == {"db-1", "app-1", "web-1"}


@pytest.mark.parametrize(
    ("target", "help"),
    [("container.wbe", 'did you mean "container.web"?'), ("web", 'did you mean "container.web"?'), ("x", "KIND.NAME")],
)
@pytest.mark.parametrize("command", ["plan", "apply"])
def test_an_unknown_address_is_refused_with_the_nearest(
    cli: Cli, workflow: Callable, live: Live, command: str, target: str, help: str
) -> None:
    workflow(SHOP)
    refused = cli(command, "--target", target).exits(2)
    assert f'error[unknown-target]: no resource "{target}" is declared' in refused.stderr
    assert help in refused.stderr
    assert not live.containers


def test_what_would_pull_the_rug_from_under_others_is_refused(cli: Cli, workflow: Callable, live: Live) -> None:
    shared = """
        volumes: {data: {labels: {team: a}}}
        containers: {a: {<<: *idle, volumes: ["data:/data"]}, b: {<<: *idle, volumes: ["data:/data"]}}
    """
    workflow(shared)
    cli("apply").exits(0)
    before = live.everything, live.containers
    workflow(shared.replace("team: a", "team: b"))

    refused = cli("apply", "--yes", "--target", "container.a").exits(1)

    assert "error[target-too-narrow]: volume.data would be replaced while used by container.b" in refused.stderr
    assert "--target container.b too" in refused.stderr
    assert (live.everything, live.containers) == before
    cli("apply", "--yes", "--target", "container.a", "--target", "container.b").exits(0)
