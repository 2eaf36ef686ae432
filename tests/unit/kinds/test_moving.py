"""What a container loses when a network is made anew under it depends on the engine."""

from __future__ import annotations

import pytest

from runner.core.address import Address
from runner.core.engine import Engine
from runner.core.state import Resource
from runner.kinds.container.declare.network_recreate import needs_recreate

FRONT = Resource(Address("network", "front"), "shop_front")


@pytest.mark.parametrize(
    ("api", "asked", "loses"),
    [
        ("1.43", {"mac_address": "02:42:0a:05:00:09"}, False),
        ("1.44", {"mac_address": "02:42:0a:05:00:09"}, True),
        ("1.53", {"mac_address": "02:42:0a:05:00:09"}, True),
        ("1.54", {"mac_address": "02:42:0a:05:00:09"}, False),
        ("1.44", {"aliases": ("www",)}, False),
    ],
)
def test_a_mac_address_is_lost_where_engines_heed_it_at_creation_only(
    api: str, asked: dict[str, object], loses: bool
) -> None:
    engine = Engine("Docker", "28", api, "linux", "amd64")
    web = Resource(Address("container", "web"), "shop-web-1", {"networks": {"shop_front": asked}})
    assert needs_recreate(web, FRONT, engine) is loses
    assert not needs_recreate(web, Resource(Address("network", "back"), "shop_back"), engine)
