"""All the tables on Podman: what is set there is no drift afterwards, and what Podman can't do is refused.

All that it can do is set in one go, as much as goes together in one container.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from docker import DockerClient

from runner.core.event import Event, Transition
from runner.core.gateway import Gateway
from runner.core.plan import Plan
from runner.core.resource_state import State
from runner.kinds.container.options import FIELDS as CONTAINER
from runner.kinds.network.kind import FIELDS as NETWORK
from runner.kinds.volume import FIELDS as VOLUME
from runner.resource.field import Field
from tests.engine.rows import declare
from tests.engine.web import SLEEPER
from tests.harness.inventory import remove_workflow
from tests.harness.workflow import Sections, Workflow, change_of

TABLES = {"container": CONTAINER, "network": NETWORK, "volume": VOLUME}
OWN_TESTS = {"image", "platform", "secrets", "configs", "triggers"}

REFUSED = {
    "container.annotations",
    "container.cgroup",
    "container.device_cgroup_rules",
    "container.domainname",
    "container.gpus",
    "container.healthcheck.start_interval",
    "container.limits.io.weight",
    "container.limits.memory_swap second",
    "container.logging.options",
    "container.runtime",
    "container.security_opt second",
    "network.attachable first",
    "network.driver_opts",
    "network.enable_ipv4",
    "network.ipam.driver second",
    "network.ipam.options",
}
"""Rows, or only one of their examples, that the plan refuses."""

FAILING = {
    "container.pid first": "PID namespace isn't private",
    "container.storage_opt": "--storage-opt is supported only for",
    "network.driver second": "needs at least one subnet",
    "volume.driver second": "no volume plugin with name nfs",
    "volume.driver_opts second": "does not support Project Quota",
}
"""Rows, or only one of their examples, that Podman itself refuses here, and what it says."""

ALONE = {
    "container.networks",
    "container.network_mode",
    "container.ports",
    "container.privileged",
    "container.uts",
    "container.ipc",
    "container.limits.cpu_period",
    "container.limits.cpu_quota",
}
"""Rows that don't go with others in one container."""

INSTEAD = {
    f"container.limits.io.{key}": ({"/dev/loop0": 1000}, {"/dev/loop0": 2000})
    for key in ("read_bps", "write_bps", "read_iops", "write_iops")
} | {"container.ulimits": tuple({"nofile": nofile, "nproc": 1000} for nofile in (512, {"soft": 256, "hard": 512}))}
"""What is declared instead of examples that not every machine can do; Podman raises nproc, which needs a right."""

BESIDE: Mapping[str, Mapping[str, Any]] = {
    "container.limits.cpu_period": {"limits": {"cpu_quota": 25_000}},
    "container.limits.memory_swap": {"limits": {"memory": "64m"}},
    "container.healthcheck.test": {"healthcheck": {"interval": "500ms"}},
    "container.ports": {"network_mode": "bridge"},
}
NTH = ("first", "second") if os.environ.get("RUNNER_PODMAN_ROWS") == "all" else ("first",)
"""Which of a row's two examples are tried; `make test` has no time for both."""


def _named(names: Mapping[str, Any] | set[str], row: str, nth: str) -> str | None:
    return next((name for name in (row, f"{row} {nth}") if name in names), None)


def _examples() -> Iterator[Any]:
    for kind, rows in TABLES.items():
        for row in rows:
            for nth in NTH if row.name not in OWN_TESTS else ():
                yield pytest.param(kind, row, nth, id=f"{kind}-{row.name}-{nth}")


def _fate(kind: str, row: Field, nth: str) -> Mapping[str, Any] | set[str] | None:
    """Return the table in which an example is; None for what Podman does."""
    tables: tuple[Mapping[str, Any] | set[str], ...] = (REFUSED, FAILING)
    return next((names for names in tables if _named(names, f"{kind}.{row.name}", nth)), None)


def _entry(kind: str, row: Field, nth: str) -> dict[str, Any]:
    name = f"{kind}.{row.name}"
    return declare(row, INSTEAD.get(name, row.examples)[NTH.index(nth)], BESIDE.get(name, {}))


def _key(kind: str, row: Field, nth: str) -> str:
    """Return the key in the file under which an example is declared: one container for all that go together."""
    context = kind == "container" and f"container.{row.name}" not in ALONE
    return nth if context else f"{row.name.replace('.', '-').replace('_', '-')}-{nth}"


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    sections = {key: {**one[key], **other[key]} for key in one.keys() & other.keys() if isinstance(one[key], Mapping)}
    return {**one, **other, **sections}


def _sections(examples: list[tuple[str, Field, str]]) -> Sections:
    made: dict[str, dict[str, Any]] = {"containers": {}, "networks": {"front": {}}, "volumes": {"data": {}}}
    for kind, row, nth in examples:
        entries, key = made[f"{kind}s"], _key(kind, row, nth)
        entries[key] = _merged(entries.get(key, {}), _entry(kind, row, nth))
    for key, entry in made["containers"].items():
        joining = {"network_mode", "networks"} & entry.keys()
        own = {} if joining else {"network_mode": "none"}
        made["containers"][key] = _merged({**SLEEPER, **own}, entry)
    return made


REFUSED_EXAMPLES, FAILING_EXAMPLES, DONE_EXAMPLES = (
    [example for example in _examples() if _fate(*example.values) is fate] for fate in (REFUSED, FAILING, None)
)


@pytest.fixture(scope="module")
def shown(gateway: Gateway, docker_client: DockerClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    """What is left to do once all was set that Podman can do."""
    sections = _sections([example.values for example in DONE_EXAMPLES])
    workflow = Workflow(gateway, f"rows-{uuid4().hex[:6]}", tmp_path_factory.mktemp("rows"))
    try:
        workflow.apply(sections)
        yield workflow.plan(sections)
    finally:
        remove_workflow(docker_client, workflow.name)


@pytest.mark.parametrize(("kind", "row", "nth"), DONE_EXAMPLES)
def test_a_row_is_no_drift_once_it_is_set(kind: str, row: Field, nth: str, shown: Plan) -> None:
    change = change_of(shown, f"{kind}.{_key(kind, row, nth)}")
    assert [found for found in change.diff if f"{found.path}.".startswith(f"{row.name}.")] == []


@pytest.mark.parametrize(("kind", "row", "nth"), REFUSED_EXAMPLES)
def test_a_row_that_podman_ignores_or_does_not_tell_is_refused_in_the_plan(
    kind: str, row: Field, nth: str, workflow: Workflow
) -> None:
    problems = workflow.plan(_sections([(kind, row, nth)])).problems
    assert [problem.code for problem in problems] in (["engine-cannot"], ["engine-too-old"])
    assert problems[0].message.startswith(row.name)


@pytest.mark.parametrize(("kind", "row", "nth"), FAILING_EXAMPLES)
def test_a_row_that_podman_refuses_itself_fails_in_its_words(
    kind: str, row: Field, nth: str, workflow: Workflow
) -> None:
    plan = workflow.plan(_sections([(kind, row, nth)]))
    assert not plan.problems
    words = FAILING[str(_named(FAILING, f"{kind}.{row.name}", nth))]
    assert re.search(words, _failure(workflow.carry_out(plan)))


def _failure(events: list[Event]) -> str:
    ends = [event for event in events if isinstance(event, Transition) and event.after is State.FAILED]
    return str(ends[0].cause)
