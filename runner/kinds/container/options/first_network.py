"""The network that a container is created on: chosen by priority, and changed only by replacing the container.

When Engine 28.5 restarts a container, it looks for the network that the container was created on, even if the container
has left it; so a container that is to leave that network is replaced (tests/engine/test_attachments.py).

No engine keeps the order of the other networks: up to 20.10, engines name the interfaces of a starting container in the
order of the network names, 28.5 at random (moby#49935); only networks joined while it runs get their interfaces in
turn.
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
    """Leave the create body unchanged: the attachments are already in order."""


def _read(inspect: Mapping[str, Any]) -> Value:
    mode = read_mode(inspect)
    return (mode,) if mode else ()


def _is_one_of(desired: Value, live: Value) -> bool:
    """Compare with every network of the highest priority; without priorities any network matches."""
    wanted, found = (side if isinstance(side, tuple) else () for side in (desired, live))
    return not wanted or bool(set(wanted) & set(found))


def _show(value: Value) -> Value:
    return " or ".join(map(str, value)) if isinstance(value, tuple) else value


FIRST_NETWORK = Field(
    name="networks.priority",
    codec=Codec(SCALAR_SCHEMA, "a network", parse_text, _show),
    doc="The network with the highest priority.",
    examples=("", ""),
    bind=Binding(_written_with_networks, _read),
    equals=_is_one_of,
)
