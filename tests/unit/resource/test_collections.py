"""Lists and maps of plain values: one meaning in all of their forms."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.kinds.container.options import FIELDS
from runner.resource.codec import Invalid
from runner.resource.collections import CAPABILITIES, ENVIRONMENT, MAP, TEXTS, ULIMITS, list_of
from runner.resource.hosts import HOSTS
from runner.resource.scalars import SIZE

ROWS = {row.name: row for row in FIELDS}
NAMES = st.text("abcABC_.-0", min_size=1, max_size=8)


def written_and_read(name: str, value: Any) -> Any:
    body: dict[str, Any] = {}
    ROWS[name].bind.write(value, body)
    return ROWS[name].bind.read(body)


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        ({"A": "1", "B": ""}, {"A": "1", "B": ""}),
        (["A=1", "B=", "C=x=y"], {"A": "1", "B": "", "C": "x=y"}),
        ({"A": None}, {"A": None}),
        (["A"], {"A": None}),
        (["A=1", "A=2"], {"A": "2"}),
        ([], {}),
    ],
)
def test_an_environment_is_a_map_or_a_list(raw: Any, pairs: dict[str, str | None]):
    assert ENVIRONMENT.parse(raw) == pairs


def test_a_map_has_the_empty_text_where_a_name_stands_alone():
    assert MAP.parse(["A", "B=1"]) == MAP.parse({"A": None, "B": "1"}) == {"A": "", "B": "1"}


@pytest.mark.parametrize("raw", [["=1"], ["A=1", ""]])
def test_a_pair_without_a_name_is_refused_where_it_stands(raw: list[str]):
    with pytest.raises(Invalid, match="no name") as refused:
        ENVIRONMENT.parse(raw)
    assert refused.value.path == (len(raw) - 1,)


@given(st.dictionaries(NAMES, st.text(st.characters(exclude_characters="\0"))))
def test_an_environment_is_read_as_it_was_written(environment: dict[str, str]):
    assert written_and_read("environment", environment) == environment
    assert ENVIRONMENT.parse([f"{name}={value}" for name, value in environment.items()]) == environment


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        (["net_admin", "CAP_CHOWN"], ("CAP_CHOWN", "CAP_NET_ADMIN")),
        (["ALL"], ("ALL",)),
        (["all", "ALL"], ("ALL",)),
        (["SYS_TIME", "cap_sys_time"], ("CAP_SYS_TIME",)),
        ([], ()),
    ],
)
def test_capabilities_are_a_set_in_one_spelling(raw: list[str], canonical: tuple[str, ...]):
    assert CAPABILITIES.parse(raw) == canonical


@pytest.mark.parametrize(
    ("raw", "hosts"),
    [
        (["db:10.0.0.2"], {"db": ("10.0.0.2",)}),
        (["db=10.0.0.2"], {"db": ("10.0.0.2",)}),
        ({"db": "10.0.0.2"}, {"db": ("10.0.0.2",)}),
        ({"db": ["10.0.0.3", "10.0.0.2"]}, {"db": ("10.0.0.2", "10.0.0.3")}),
        (["db:::1", "db:[::1]", "db=fe80::1"], {"db": ("::1", "fe80::1")}),
        (["host:host-gateway"], {"host": ("host-gateway",)}),
        ([], {}),
    ],
)
def test_hosts_are_names_with_their_addresses(raw: Any, hosts: dict[str, tuple[str, ...]]):
    assert HOSTS.parse(raw) == hosts


@pytest.mark.parametrize("raw", ["db", ":10.0.0.2", "db:"])
def test_a_host_without_name_or_address_is_refused(raw: str):
    with pytest.raises(Invalid, match="not a host with its address") as refused:
        HOSTS.parse(["ok:10.0.0.1", raw])
    assert refused.value.path == (1,)


_ADDRESSES = st.ip_addresses().map(str)


@given(st.dictionaries(st.text("abc.-", min_size=1), st.lists(_ADDRESSES, min_size=1, unique=True), max_size=4))
def test_hosts_are_read_as_they_were_written(hosts: dict[str, list[str]]):
    canonical = HOSTS.parse(hosts)
    assert written_and_read("extra_hosts", canonical) == canonical
    assert HOSTS.parse([f"{host}:{address}" for host, addresses in hosts.items() for address in addresses]) == canonical


@pytest.mark.parametrize(
    ("raw", "limits"),
    [
        ({"nofile": 512}, {"nofile": "512:512"}),
        ({"nofile": "512"}, {"nofile": "512:512"}),
        ({"nofile": {"soft": 256, "hard": "512"}}, {"nofile": "256:512"}),
        ({"core": -1}, {"core": "-1:-1"}),
        ({}, {}),
    ],
)
def test_a_limit_of_processes_has_two_sides(raw: Any, limits: dict[str, str]):
    assert ULIMITS.parse(raw) == limits


@pytest.mark.parametrize(
    ("raw", "message"), [({"nofile": "many"}, "not a whole number"), ({"nofile": {"soft": 1}}, "hard is missing")]
)
def test_a_wrong_limit_is_refused_at_its_name(raw: Any, message: str):
    with pytest.raises(Invalid, match=message) as refused:
        ULIMITS.parse(raw)
    assert refused.value.path == ("nofile",)


_SOFT_AND_HARD = st.tuples(st.integers(0, 2**31), st.integers(0, 2**31)).map(sorted).map(tuple)


@given(st.dictionaries(st.sampled_from(["nofile", "nproc", "core", "STACK"]), _SOFT_AND_HARD))
def test_limits_of_processes_are_read_as_they_were_written(limits: dict[str, tuple[int, int]]):
    canonical = ULIMITS.parse({name: {"soft": soft, "hard": hard} for name, (soft, hard) in limits.items()})
    assert written_and_read("ulimits", canonical) == canonical


@pytest.mark.parametrize(("raw", "texts"), [("a", ("a",)), (["b", "a"], ("b", "a")), ([], ())])
def test_one_text_is_a_list_of_one(raw: Any, texts: tuple[str, ...]):
    assert TEXTS.parse(raw) == texts


def test_a_list_reads_its_items_one_by_one():
    assert list_of(SIZE, "sizes").parse(["2k", "1k"]) == (2048, 1024)
    assert list_of(SIZE, "sizes", ordered=False).parse(["2k", "1k", "2048"]) == (1024, 2048)
    assert list_of(SIZE, "sizes").parse("1k") == (1024,)
    with pytest.raises(Invalid, match="not a size") as refused:
        list_of(SIZE, "sizes").parse(["1k", "x"])
    assert refused.value.path == (1,)
