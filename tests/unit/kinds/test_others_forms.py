"""What other programs give the engine in a form of their own is read as what it means."""

from __future__ import annotations

from typing import Any

import pytest

from runner.core.values import Value
from runner.kinds.container.options import TABLE


@pytest.mark.parametrize(
    ("row", "document", "meant"),
    [
        ("expose", {"Config": {"ExposedPorts": {"90": {}}}}, {"90/tcp": True}),
        ("expose", {"Config": {"ExposedPorts": {"92-93/udp": {}}}}, {"92/udp": True, "93/udp": True}),
        ("expose", {"Config": {"ExposedPorts": {"94-95": {}}}}, {"94/tcp": True, "95/tcp": True}),
        ("device_cgroup_rules", {"HostConfig": {"DeviceCgroupRules": ["c 1:3 mr"]}}, ("c 1:3 rm",)),
    ],
)
def test_another_form_is_read_as_what_it_means(row: str, document: dict[str, Any], meant: Value) -> None:
    bind = next(one.bind for one in TABLE if one.name == row)
    assert bind.read({"Config": {}, "HostConfig": {}, **document}) == meant
