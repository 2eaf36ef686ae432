"""Published and exposed ports: every form, and the way to the engine and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.resource.codec import Invalid
from runner.resource.ports import EXPOSED, PORTS, parse_ports, read_bindings, show_port, show_ports, write_bindings


def port(target: int, published: str = "", host_ip: str = "", protocol: str = "tcp") -> dict[str, Any]:
    return {"target": target, "protocol": protocol, "host_ip": host_ip, "published": published}


@pytest.mark.parametrize(
    ("raw", "ports"),
    [
        ("80", [port(80)]),
        ("8080:80", [port(80, "8080")]),
        ("8080:80/udp", [port(80, "8080", protocol="udp")]),
        ("8080:80/TCP", [port(80, "8080")]),
        ("127.0.0.1:8080:80", [port(80, "8080", "127.0.0.1")]),
        ("127.0.0.1::80", [port(80, "", "127.0.0.1")]),
        ("[::1]:8080:80", [port(80, "8080", "::1")]),
        ("[0:0:0:0:0:0:0:1]:8080:80", [port(80, "8080", "::1")]),
        ("80-81", [port(80), port(81)]),
        ("8080-8081:80-81", [port(80, "8080"), port(81, "8081")]),
        ("8080-8090:80", [port(80, "8080-8090")]),
        ("22:22", [port(22, "22")]),
        ({"target": 80}, [port(80)]),
        ({"target": "80", "published": 8080, "host_ip": "127.0.0.1"}, [port(80, "8080", "127.0.0.1")]),
        ({"target": 53, "published": "5000-5010", "protocol": "udp"}, [port(53, "5000-5010", protocol="udp")]),
        ({"target": 80, "host_ip": "[::1]"}, [port(80, "", "::1")]),
        ({"target": "80-81", "published": "8080-8081"}, [port(80, "8080"), port(81, "8081")]),
    ],
)
def test_a_port_in_each_of_its_forms(raw: Any, ports: list[dict[str, Any]]):
    assert list(PORTS.parse([raw])) == ports


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "http",
        "80:90:100:1",
        "8080:80/icmp",
        "70000",
        "8080-8082:80-81",
        "90-80",
        "-1",
        "80/",
        "a:80",
        "1.2.3:80:80",
        "1.2.3.400:80:80",
        "[::1::]:80:80",
        {"target": 80, "host_ip": "localhost"},
        "0",
        "8080:0",
    ],
)
def test_what_is_no_port_is_refused_where_it_stands(raw: Any):
    with pytest.raises(Invalid) as refused:
        PORTS.parse(["80", raw])
    assert refused.value.path == (1,)
    assert refused.value.help


def test_the_order_of_ports_does_not_matter():
    assert PORTS.parse(["81", "80", "53/udp"]) == PORTS.parse(["53/udp", "80", "81"])


PORT = st.builds(
    port,
    target=st.integers(1, 65535),
    published=st.one_of(st.just(""), st.integers(1, 65535).map(str), st.just("8000-8010")),
    host_ip=st.one_of(st.just(""), st.ip_addresses().map(str)),
    protocol=st.sampled_from(["tcp", "udp", "sctp"]),
)


@given(PORT)
def test_a_port_that_is_shown_reads_as_itself(given_port: dict[str, Any]):
    assert parse_ports([show_port(given_port)]) == (given_port,)


@given(st.lists(PORT, max_size=6))
def test_ports_are_read_as_they_were_written(ports: list[dict[str, Any]]):
    canonical = PORTS.parse(ports)
    assert read_bindings(write_bindings(canonical)) == canonical


@pytest.mark.parametrize(
    ("bindings", "ports"),
    [
        (None, []),
        ({}, []),
        ({"80/tcp": None}, [port(80)]),
        ({"80/tcp": [{"HostIp": "", "HostPort": "0"}]}, [port(80)]),
        ({"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}, [port(80, "8080", "0.0.0.0")]),
        ({"80-81/tcp": [{"HostPort": "8080-8081"}]}, [port(80, "8080"), port(81, "8081")]),
    ],
)
def test_ports_that_another_client_asked_for_are_read_too(bindings: Any, ports: list[dict[str, Any]]):
    assert list(read_bindings(bindings)) == ports


@pytest.mark.parametrize(
    ("raw", "exposed"),
    [
        (["80"], {"80/tcp"}),
        ("80", {"80/tcp"}),
        (["53/UDP", "80-81"], {"53/udp", "80/tcp", "81/tcp"}),
        ([], set()),
    ],
)
def test_exposed_ports_are_spread_out(raw: Any, exposed: set[str]):
    assert set(EXPOSED.parse(raw)) == exposed


@pytest.mark.parametrize("raw", ["http", "80/icmp", "70000"])
def test_what_cannot_be_exposed_is_refused(raw: str):
    with pytest.raises(Invalid):
        EXPOSED.parse([raw])


@given(st.lists(PORT, max_size=6), st.integers(1, 65000), st.integers(1, 500))
def test_ports_that_are_shown_as_ranges_read_as_themselves(ports: list[dict[str, Any]], first: int, count: int):
    ranges = [f"{first}-{first + count}:{first + 5}-{first + 5 + count}", f"{first}-{first + count}/udp"]
    canonical = parse_ports([*ports, *ranges])
    assert parse_ports(list(show_ports(canonical))) == canonical  # type: ignore[arg-type]


def test_ten_thousand_ports_are_shown_in_a_line():
    both = ["127.0.0.1:10000-19999:10000-19999/udp", "[::1]:10000-19999:10000-19999/udp"]
    assert show_ports(parse_ports(both)) == tuple(both)
    assert show_ports(parse_ports(["1-65535"])) == ("1-65535/tcp",)
    assert show_ports(parse_ports(["8000-8010:80"])) == ("8000-8010:80/tcp",)
