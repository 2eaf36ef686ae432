"""Every field that a sensitive variable goes into is masked on both sides of a plan, however short its value is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from runner.core.plan import FieldDiff, Plan
from runner.core.sensitive import MASK
from runner.core.state import DesiredState, ObservedState
from runner.core.struct import replace
from runner.core.values import Marker, is_empty
from runner.kinds import CATALOG
from runner.plan.planner import make_plan
from runner.resource.field import Field
from tests.unit.plan.case import declared
from tests.unit.plan.observed_fixtures import after_apply

BESIDE = {
    "containers": {"other": {"image": "busybox"}},
    "networks": {"front": {}, "back": {}},
    "volumes": {"data": {}},
    "secrets": {"password": {"file": "workflow.yaml"}},
    "configs": {"settings": {"content": "x"}},
}
ENTRY = {"containers": {"image": "busybox"}, "jobs": {"image": "busybox"}}
NOT_TRIED = {"networks", "secrets", "configs", "triggers", "image", "ipam.driver", "limits.memory_swap"}
"""Rows whose examples name other entries or files, or need another one beside them; places are tried below."""


def rows() -> Iterator[Any]:
    for kind in CATALOG.values():
        for row in kind.fields if kind.name in ("container", "network", "volume") else ():  # jobs have containers' rows
            if row.name not in NOT_TRIED:
                yield pytest.param(kind.section, row, id=f"{kind.section}.{row.name}")


def interpolated(value: Any, variables: dict[str, Any], numbers: Iterator[int]) -> Any:
    """Put a sensitive variable in the place of every scalar."""
    if isinstance(value, Mapping):
        return {key: interpolated(item, variables, numbers) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [interpolated(item, variables, numbers) for item in value]
    name = f"V{next(numbers)}"
    default = json.dumps(value) if isinstance(value, bool) else str(value)
    variables[name] = {"sensitive": True, "default": default}
    return f"${{{name}}}"


def text(section: str, row: Field, value: Any, *, sensitive: bool) -> str:
    """Write a workflow in which one row has a value, or none."""
    variables: dict[str, Any] = {}
    entry: dict[str, Any] = dict(ENTRY.get(section, {}))
    if value is not None:
        *groups, key = row.name.split(".")
        place = entry
        for group in groups:
            place = place.setdefault(group, {})
        place[key] = interpolated(value, variables, count()) if sensitive else value
    sections = {**BESIDE, section: {**BESIDE.get(section, {}), "it": entry}}
    return "".join(f"{key}: {json.dumps(part)}\n" for key, part in {"variables": variables, **sections}.items())


def shown(plan: Plan, row: Field) -> list[FieldDiff]:
    return [diff for change in plan.pending for diff in change.diff if f"{diff.path}.".startswith(f"{row.name}.")]


def is_masked(value: Any) -> bool:
    return value == MASK or isinstance(value, Marker) or is_empty(value)


def plan_of(then: ObservedState, now: DesiredState) -> Plan:
    return make_plan(now, then, CATALOG)


@pytest.mark.parametrize(("section", "row"), list(rows()))
def test_it_is_masked_set_changed_replaced_and_taken_out(section: str, row: Field, tmp_path: Path) -> None:
    first, second = (declared(text(section, row, value, sensitive=True), tmp_path) for value in row.examples)
    applied = after_apply(first)
    assert not plan_of(applied, first).pending
    rotated = plan_of(applied, second)
    literal = plan_of(applied, declared(text(section, row, row.examples[1], sensitive=False), tmp_path))
    gone = plan_of(applied, declared(text(section, row, None, sensitive=False), tmp_path))
    assert shown(rotated, row)
    assert all(is_masked(diff.before) for plan in (rotated, literal, gone) for diff in shown(plan, row))
    assert all(is_masked(diff.after) for diff in shown(rotated, row))


def test_what_an_older_runner_made_keeps_former_texts_to_itself_where_the_file_knows_secrets(tmp_path: Path) -> None:
    web = "containers: {web: {image: busybox, environment: {URL: 'pg://u:hunter2@db'}, limits: {memory: 32m}}}\n"
    then = after_apply(declared(web, tmp_path))
    old = replace(then, resources={a: replace(one, sensitive_places=None) for a, one in then.resources.items()})
    changed = web.replace("u:hunter2", "u").replace("32m", "64m")
    knowing = "variables: {PW: {sensitive: true, default: hunter3}}\n" + changed
    for now, before in ((knowing, MASK), (changed, "pg://u:hunter2@db")):
        diffs = {diff.path: diff for change in plan_of(old, declared(now, tmp_path)).pending for diff in change.diff}
        assert diffs["environment.URL"].before == before
        assert diffs["limits.memory"].before == "32m"


def test_a_key_made_of_a_secret_is_not_shown(tmp_path: Path) -> None:
    head = "variables: {PW: {sensitive: true, default: %s}}\n"
    web = "containers: {web: {image: busybox, tmpfs: ['/run/${PW}'], labels: ['a${PW}=b']}}\n"
    plan = plan_of(after_apply(declared(head % "one" + web, tmp_path)), declared(head % "two" + web, tmp_path))
    assert {diff.shown_path for change in plan.pending for diff in change.diff} == {"tmpfs.***", "labels.***"}


@pytest.mark.parametrize(
    ("entry", "paths"),
    [
        ("environment: ['A=${PW}', B=b]", {"environment.A"}),
        ("environment: {A: 'x${PW}', B: b}", {"environment.A"}),
        ("environment: {A: '${PW:-x}'}", {"environment.A"}),
        ("environment: {A: '${OTHER:-${PW}}'}", {"environment.A"}),
        ("command: [a, '${PW}']", {"command"}),
        ("volumes: ['./${PW}:/srv', './b:/b']", {"volumes./srv"}),
        ("volumes: ['data:/srv/${PW}']", {"volumes.*"}),
        ("networks: {front: {aliases: ['${PW}']}}", {"networks"}),
        ("secrets: [password]", {"secrets./run/secrets/password"}),
        ("secrets: [{source: password, target: '/run/${PW}'}]", {"secrets.*"}),
        ("configs: [{source: made, target: /made}, {source: open, target: /open}]", {"configs./made"}),
        ("networks: [named]", {"networks.*"}),
        ("volumes: ['named:/srv']", {"volumes./srv"}),
        ("healthcheck: {test: 'curl ${PW}'}", {"healthcheck.test"}),
    ],
)
def test_places_are_those_that_the_variable_comes_to(entry: str, paths: set[str], tmp_path: Path) -> None:
    (tmp_path / "token").write_text("the-token")
    beside = """
variables: {PW: {sensitive: true, default: sesame}}
networks: {front: {}, named: {name: "n-${PW}"}}
volumes: {data: {}, named: {name: "v-${PW}"}}
secrets: {password: {file: token}}
configs: {made: {content: "a ${PW}"}, open: {content: a}}
"""
    desired = declared(f"{beside}containers: {{web: {{image: busybox, {entry}}}}}\n", tmp_path)
    web = next(one for address, one in desired.resources.items() if str(address) == "container.web")
    assert web.sensitive_places == paths
