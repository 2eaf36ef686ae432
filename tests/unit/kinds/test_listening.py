"""What listens on this machine is found by the kernel's tables, with its process; what can be bound is free."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from runner.kinds.container.host_ports import port_claim
from runner.kinds.container.listening import listeners


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        yield one


def found(port: int, where: str, protocol: str = "tcp") -> list[str]:
    claim = port_claim(range(port - 1, port + 1), protocol, where, (0, 1))
    found = list(listeners([(claim, protocol)], {}))
    assert all(str(one.claim) == f"host port {port}/{protocol}" for one in found)
    return [one.who for one in found]


@pytest.mark.parametrize("where", ["", "0.0.0.0", "127.0.0.1"])
def test_a_listener_in_the_way_is_told_with_pid_and_program(listener: socket.socket, where: str):
    [who] = found(listener.getsockname()[1], where)
    assert who.startswith(f"process {os.getpid()} (")


@pytest.mark.parametrize("where", ["127.0.0.2", "::1"])
def test_one_on_another_address_is_not_in_the_way(listener: socket.socket, where: str):
    assert found(listener.getsockname()[1], where) == []


def test_one_on_all_addresses_is_in_the_way_of_each():
    with socket.socket(socket.AF_INET6) as both:
        both.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        both.bind(("::", 0))
        both.listen()
        assert found(both.getsockname()[1], "127.0.0.1")


def test_one_for_ipv6_alone_leaves_ipv4_free():
    with socket.socket(socket.AF_INET6) as six:
        six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        six.bind(("::", 0))
        six.listen()
        port = six.getsockname()[1]
        assert found(port, "0.0.0.0") == []
        assert found(port, "")


def test_udp_has_ports_of_its_own(listener: socket.socket):
    port = listener.getsockname()[1]
    assert found(port, "", "udp") == []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", port))
        assert found(port, "", "udp")
