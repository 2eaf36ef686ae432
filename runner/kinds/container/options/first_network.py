"""The network that a container is created on: the file decides it by priorities, and nothing but a new one changes it.

When Engine 28.5 starts a container again, it looks for the network that it was created on, though the container has
left that; so one that is to leave it is made anew (tests/engine/test_attachments.py).

Of the order of the others no engine keeps anything: up to 20.10 names the interfaces of a starting container by the
names of its networks, 28.5 by chance; only those that join a running one get theirs in turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.values import Value
from runner.kinds.container.options.attachments import read_mode
from runner.resource.codec import Codec
from runner.resource.engine_json import Binding, Body
from runner.resource.field import Field
from runner.resource.scalars import SCALAR_SCHEMA, parse_text


def _written_with_networks(_value: Value, _body: Body) -> None:
    """Leave the create body alone: the attachments are in their order already."""


def _read(inspect: Mapping[str, Any]) -> Value:
    mode = read_mode(inspect)
    return (mode,) if mode else ()


def _is_one_of(desired: Value, live: Value) -> bool:
    """Compare with every network of the highest priority; without priorities any is as good."""
    wanted, found = (side if isinstance(side, tuple) else () for side in (desired, live))
    return not wanted or bool(set(wanted) & set(found))


def _show(value: Value) -> Value:
    return " or ".join(map(str, value)) if isinstance(value, tuple) else value


FIRST_NETWORK = Field(
    name="networks.priority",
    codec=Codec(SCALAR_SCHEMA, "a network", parse_text, _show),
    doc="The network of the highest priority.",
    examples=("", ""),
    bind=Binding(_written_with_networks, _read),
    equals=_is_one_of,
)
