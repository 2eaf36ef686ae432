"""plan tells what apply would do, field by field and why, and never does anything."""

from __future__ import annotations

import re
from collections.abc import Callable

from docker import DockerClient

from tests.harness.cli import Cli
from tests.harness.events import validator
from tests.harness.inventory import inventory
from tests.harness.live import Live
from tests.harness.step import step


def test_a_plan_touches_nothing(cli: Cli, workflow: Callable, docker_client: DockerClient) -> None:
    workflow("""
        images:
          built: {build: {dockerfile_inline: "FROM busybox:stable"}}
        volumes: {data: {}}
        containers:
          web: {<<: *idle, image: built, volumes: ["data:/data"]}
    """)
    before = inventory(docker_client)
    cli("plan").exits(0)
    cli("plan", "-o", "json").exits(0)
    assert inventory(docker_client) == before


def test_a_plan_warns_of_a_reference_in_an_env_file_which_is_kept(cli: Cli, workflow: Callable, live: Live) -> None:
    workflow("containers: {web: {<<: *idle, env_file: app.env}}")
    (cli.folder / "app.env").write_bytes(b"\xef\xbb\xbfCOLOUR=#ff0000\r\nURL=http://${HOST}/\r\n")
    words = 'app.env:2:12: warning[not-interpolated]: "URL" contains ${...} literally'
    assert words in cli("validate").exits(0).text
    assert words in cli("plan").exits(0).text
    plan = _valid(cli("plan", "-o", "json").exits(0).json)
    assert [warning["code"] for warning in plan["warnings"]] == ["not-interpolated"]
    cli("apply").exits(0)
    assert {"COLOUR=#ff0000", "URL=http://${HOST}/"} <= set(live.container("web")["Config"]["Env"])
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_range_of_ports_is_one_value_in_plan_and_status(cli: Cli, workflow: Callable) -> None:
    text = 'containers: {web: {<<: *idle, ports: ["127.0.0.1:20000-20009:20000-20009/udp"]}}'
    workflow(text)
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)
    assert "127.0.0.1:20000-20009->20000-20009/udp" in cli("status").exits(0).text
    workflow(text.replace("20009", "20008"))
    (change,) = (one for one in cli("plan", "-o", "json").exits(0).json["changes"] if one["action"] == "replace")
    assert [(diff["before"], diff["after"]) for diff in change["diff"]] == [
        (["127.0.0.1:20000-20009:20000-20009/udp"], ["127.0.0.1:20000-20008:20000-20008/udp"])
    ]


def test_pending_changes_are_told_by_the_exit_code_when_asked(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: *idle}")
    cli("plan").exits(0)
    cli("plan", "--detailed-exitcode").exits(10)
    cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)


def test_a_plan_as_json_follows_its_schema_in_every_state(cli: Cli, workflow: Callable, workflow_name: str) -> None:
    with step("of what is missing"):
        workflow("""
            images: {built: {build: {dockerfile_inline: "FROM busybox:stable"}}}
            containers: {web: {<<: *idle, image: built}, gone: *idle}
        """)
        plan = _valid(cli("plan", "-o", "json").json)
        assert plan["counts"] == {"no-op": 1, "create": 4}
    with step("of what differs"):
        cli("apply").exits(0)
        workflow("""
            images: {built: {build: {dockerfile_inline: "FROM busybox:stable\\nENV A=b"}}}
            containers: {web: {<<: *idle, image: built, environment: {A: "1"}}}
        """)
        plan = _valid(cli("plan", "-o", "json").json)
        assert {change["action"] for change in plan["changes"]} == {"no-op", "replace", "delete"}
    with step("of what is in the way"):
        workflow("volumes: {data: {external: true}}")
        plan = _valid(cli("plan", "-o", "json").json)
        assert [problem["code"] for problem in plan["problems"]] == ["external-missing"]


def _valid(plan: dict) -> dict:
    validator("plan").validate(plan)
    return plan


def test_every_changed_field_is_shown_from_what_to_what_and_why(cli: Cli, workflow: Callable) -> None:
    workflow("""
        containers:
          web: {<<: *idle, environment: {MODE: dev, OLD: x}, limits: {memory: 32m}}
    """)
    cli("apply").exits(0)
    workflow("""
        containers:
          web: {<<: *idle, environment: {MODE: live}, limits: {memory: 64m}}
    """)
    (change,) = [change for change in cli("plan", "-o", "json").json["changes"] if change["action"] != "no-op"]
    found = {diff["path"]: (diff["before"], diff["after"], diff["reason"], diff["effect"]) for diff in change["diff"]}
    assert found == {
        "environment.MODE": ("dev", "live", "spec", "replace"),
        "environment.OLD": ("x", None, "spec", "replace"),
        "limits.memory": ("32m", "64m", "spec", "update"),
    }
    shown = cli("plan").stdout
    assert 'environment.MODE  "dev" → "live"' in shown
    assert "spec" in shown


def test_all_of_a_plan_is_shown_when_asked(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    for command in (["plan"], ["apply"], ["-v", "plan"]):
        shown = cli(*command, *(() if "-v" in command else ("-v",))).exits(0).stdout
        assert re.search(r"container\.web +no-op", shown)
        assert "builder BuildKit" in shown
    assert "container.web" not in cli("plan").exits(0).stdout


def test_doctor_names_each_key_that_the_engine_does_not_honour_once(cli: Cli) -> None:
    told = [line.split(":")[0] for line in cli("doctor").exits(0).stdout.splitlines()]
    assert len(told) == len(set(told))
    assert cli("doctor", "-o", "json").json["builder"] == "BuildKit"


def test_a_change_by_another_hand_is_called_drift(
    cli: Cli, workflow: Callable, docker_client: DockerClient, live: Live
) -> None:
    workflow("containers: {web: {<<: *idle, limits: {memory: 32m}, restart: unless-stopped}}")
    cli("apply").exits(0)
    docker_client.api.update_container(live.id("web"), mem_limit="48m", memswap_limit="96m")

    (change,) = [change for change in cli("plan", "-o", "json").json["changes"] if change["action"] != "no-op"]

    assert change["action"] == "update"
    assert change["reasons"] == ["drift"]
    assert [(diff["path"], diff["before"], diff["after"]) for diff in change["diff"]] == [
        ("limits.memory", "48m", "32m")
    ]


def test_what_waits_for_an_image_that_changes_is_told_as_not_known_yet(cli: Cli, workflow: Callable) -> None:
    workflow("""
        images: {built: {build: {dockerfile_inline: "FROM busybox:stable"}}}
        containers: {web: {<<: *idle, image: built}}
    """)
    cli("apply").exits(0)
    workflow("""
        images: {built: {build: {dockerfile_inline: "FROM busybox:stable\\nENV A=b"}}}
        containers: {web: {<<: *idle, image: built}}
    """)
    changes = {change["address"]: change for change in cli("plan", "-o", "json").json["changes"]}
    assert changes["container.web"]["reasons"] == ["image"]
    (diff,) = changes["container.web"]["diff"]
    assert (diff["path"], diff["after"], diff["after_unknown"]) == ("image", None, True)


def test_another_order_other_comments_and_other_quotes_plan_nothing(cli: Cli, workflow: Callable) -> None:
    workflow("""
        networks: {front: {labels: {team: a, tier: b}}}
        containers:
          web: {<<: *idle, networks: [front], environment: {A: "1", B: "two"}, labels: {x: y}}
          db: *idle
    """)
    cli("apply").exits(0)
    workflow("""
        # the same again
        containers:
          db: *idle  # first now
          web:
            <<: *idle
            labels: ['x=y']
            environment:
              - B=two
              # and a number
              - A=1
            networks:
              front:
        networks:
          front:
            labels: {tier: 'b', "team": a}
    """)
    cli("plan", "--detailed-exitcode").exits(0)


def test_where_nothing_changes_the_sdk_is_not_even_loaded(cli: Cli, workflow: Callable) -> None:
    workflow("containers: {web: *idle}")
    cli("apply").exits(0)
    for command in ("plan", "apply", "status"):
        told = cli(command, env={"PYTHONPROFILEIMPORTTIME": "1"}).exits(0).stderr
        loaded = {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}
        assert "httptools" in loaded
        assert loaded.isdisjoint({"docker", "requests", "urllib3"}), command
