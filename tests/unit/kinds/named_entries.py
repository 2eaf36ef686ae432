"""Random entries of networks and volumes for property tests: all that the language can say about them."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from hypothesis import strategies as st

from tests.unit.kinds.entries import NAMES, PAIRS

_SUBNETS = ("10.5.0.0/16", "10.6.1.0/24", "192.168.8.0/29", "fd00:5::/64", "FD00:6:0::/80")
_ENGINE_NAMES = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,12}", fullmatch=True)


@st.composite
def pools(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw pools that don't overlap, each with some of what can be asked of one."""
    return [
        {"subnet": subnet, **draw(st.fixed_dictionaries({}, optional=_asked_within(subnet)))}
        for subnet in draw(st.lists(st.sampled_from(_SUBNETS), unique=True, max_size=3))
    ]


def _asked_within(subnet: str) -> dict[str, st.SearchStrategy[Any]]:
    network = ip_network(subnet)
    addresses = st.integers(1, 6).flatmap(lambda number: _written(str(network[number])))
    half = next(network.subnets())
    return {
        "gateway": addresses,
        "ip_range": _written(str(half)),
        "aux_addresses": st.dictionaries(NAMES, addresses, max_size=2),
    }


def _written(text: str) -> st.SearchStrategy[str]:
    """Draw a way to write an address: in capitals, too, where it has letters."""
    return st.sampled_from([text, text.upper()])


_IPAM = st.fixed_dictionaries(
    {}, optional={"driver": st.sampled_from(["default", "null"]), "config": pools(), "options": PAIRS}
)
NETWORKS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "name": _ENGINE_NAMES,
        "driver": st.sampled_from(["bridge", "macvlan"]),
        "driver_opts": PAIRS,
        "internal": st.booleans(),
        "attachable": st.booleans(),
        "enable_ipv6": st.booleans(),
        "ipam": _IPAM,
        "labels": PAIRS,
    },
)
VOLUMES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "name": _ENGINE_NAMES,
        "driver": st.sampled_from(["local", "nfs"]),
        "driver_opts": PAIRS,
        "labels": PAIRS,
        "protect": st.booleans(),
    },
)
