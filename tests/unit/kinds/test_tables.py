"""The tables by themselves: what a row writes is what it reads, and what can't be told from nothing is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runner.core.values import Value, as_map
from runner.kinds import CATALOG
from runner.kinds.container.options import FIELDS
from runner.kinds.network.ipam_pools import parse_pools, same_pools
from runner.resource.codec import Invalid
from runner.resource.engine_json import Body
from runner.resource.field import Field
from runner.resource.labels import LABELS
from runner.resource.mounts import same_mount
from runner.resource.service_binding import InService, NotInService, service_of
from runner.resource.service_table import for_service, written_together

ROWS = [(kind.name, row) for kind in CATALOG.values() for row in kind.fields]
EVERY_ROW = pytest.mark.parametrize("row", [pytest.param(row, id=f"{kind}.{row.name}") for kind, row in ROWS])
SYMMETRICAL = [
    pytest.param(row, id=row.name)
    for row in FIELDS
    if not row.is_remembered and row.name not in ("networks", "network_mode")
]
CONTAINER = {row.name: row for row in FIELDS}
SERVICE = for_service(CATALOG["container"].rows)


@EVERY_ROW
def test_a_row_has_two_examples_that_differ(row: Field) -> None:
    first, second = (row.codec.parse(example) for example in row.examples)
    assert first != second


@EVERY_ROW
def test_a_rows_documentation_is_a_sentence(row: Field) -> None:
    assert row.doc[0].isupper() or row.doc.startswith("/")
    assert row.doc.endswith(".")


@pytest.mark.parametrize("row", SYMMETRICAL)
def test_what_a_row_writes_is_what_it_reads(row: Field) -> None:
    for example in row.examples:
        value, body = row.codec.parse(example), Body()
        row.bind.write(value, body)
        assert row.equals(value, row.bind.read(body))


def as_example(row: Field, example: Any) -> Value:
    """Return what an entry with an example has in the fields of a service."""
    parsed: Any = row.codec.parse(example)
    if row.name == "networks":
        return {name: {**given, "id": name} for name, given in parsed.items()}
    if row.name in ("secrets", "configs"):
        return {path: {"id": "1", "name": "a", "uid": 0, "gid": 0, "mode": 0o444} for path in parsed}
    return parsed  # type: ignore[no-any-return]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in SERVICE if not row.is_remembered])
def test_what_a_row_writes_into_the_spec_of_a_service_is_what_it_reads(row: Field) -> None:
    for example in row.examples:
        value, spec = as_example(row, example), Body()
        if isinstance(service := service_of(row), InService) and [*service.refuse(value, {row.name: value})]:
            continue
        row.bind.write(value, spec)
        read = row.bind.read(json.loads(json.dumps(spec)))
        if row.merged_by_key:
            wanted, found = as_map(value), as_map(read)
            kept = {key for key in wanted if as_map(wanted[key]).get("type") != "tmpfs"}  # that is another row's
            assert all(row.equals(wanted[key], found[key]) for key in kept)
        else:
            assert row.equals(value, read)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in SERVICE])
def test_a_row_of_a_service_tells_where_it_lies(row: Field) -> None:
    assert row.bind.path or row.is_remembered


@pytest.mark.parametrize("kind", ["container", "job"])
def test_every_row_says_what_it_is_in_a_service(kind: str) -> None:
    rows = CATALOG[kind].rows
    assert [row.name for row in rows if service_of(row) is None] == []
    refused = [service for row in rows if isinstance(service := service_of(row), NotInService)]
    assert all(service.reason and service.help for service in refused)


def test_rows_at_one_place_of_a_spec_are_written_together() -> None:
    def together(name: str) -> set[str]:
        return {row.name for row in written_together(SERVICE, [row for row in SERVICE if row.name == name])}

    assert together("tmpfs") == {"tmpfs", "volumes"}
    assert together("networks") == {"networks", "network_mode"}
    assert together("triggers") == {"triggers"}


NOTHING_TO_THE_ENGINE = {
    "user": "",
    "hostname": "",
    "shm_size": "0",
    "limits.memory": "0",
    "limits.memory_swap": "0k",
    "limits.cpus": "0",
    "logging.driver": "",
    "healthcheck.interval": "0s",
    "healthcheck.start_period": "500us",
    "labels": {"runner.workflow": "mine"},
}


@pytest.mark.parametrize("name", NOTHING_TO_THE_ENGINE)
def test_a_value_that_would_never_be_kept_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        CONTAINER[name].codec.parse(NOTHING_TO_THE_ENGINE[name])


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("restart", "on-failure", "on-failure:0"),
        ("restart", "on-failure:3", "on-failure:03"),
        ("device_cgroup_rules", ["c 1:3 rwm"], ["c 1:3 mrw"]),
    ],
)
def test_two_ways_to_say_the_same_are_one_value(name: str, one: Any, other: Any) -> None:
    assert CONTAINER[name].codec.parse(one) == CONTAINER[name].codec.parse(other)


def test_a_reserved_label_is_pointed_at() -> None:
    with pytest.raises(Invalid, match=r'label "runner\.x" is reserved') as refused:
        LABELS.parse({"team": "a", "runner.x": "y"})
    assert refused.value.path == ("runner.x",)


FOUR = {"Subnet": "10.5.0.0/16", "Gateway": "10.5.0.1"}
SIX = {"Subnet": "fd00:5::/64"}


@pytest.mark.parametrize(
    ("asked", "live", "same"),
    [
        pytest.param([{"subnet": "10.5.0.0/16"}], [FOUR], True, id="the engine's gateway"),
        pytest.param([{"subnet": "FD00:5:0::/64"}], [FOUR, SIX], True, id="the engine's pool of the other family"),
        pytest.param([{"subnet": "fd00:5::/64"}, {"subnet": "10.5.0.0/16"}], [FOUR, SIX], True, id="any order"),
        pytest.param([{"subnet": "10.5.0.0/16", "gateway": "10.5.0.9"}], [FOUR], False, id="another gateway"),
        pytest.param([{"subnet": "10.6.0.0/16"}], [FOUR], False, id="another subnet"),
        pytest.param([{"subnet": "10.5.0.0/16"}], [FOUR, {"Subnet": "10.6.0.0/16"}], False, id="one too many"),
        pytest.param([], [FOUR], True, id="none asked for"),
    ],
)
def test_address_pools_are_compared_by_what_was_asked_for(asked: Any, live: Any, same: bool) -> None:
    row = next(row for row in CATALOG["network"].fields if row.name == "ipam.config")
    assert row.equals(parse_pools(asked), row.bind.read({"IPAM": {"Config": live}})) is same


def test_pools_that_nobody_asks_for_any_more_go_back_to_the_engines() -> None:
    assert not same_pools(None, ({"subnet": "10.5.0.0/16"},))


@pytest.mark.parametrize(
    ("source", "same"),
    [("0f" * 32, True), ("", True), ("data", False)],
    ids=["named by the engine", "not yet", "named"],
)
def test_an_anonymous_volume_is_the_same_under_any_name_of_the_engines(source: str, same: bool) -> None:
    wanted: Value = {"type": "volume", "source": "", "nocopy": True}
    assert same_mount(wanted, {"type": "volume", "source": source, "nocopy": True}) is same
