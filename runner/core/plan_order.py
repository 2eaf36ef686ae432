"""The order that a recorded plan prescribed: what depends on what, and which change waited for which."""

from __future__ import annotations

from collections.abc import Mapping

from runner.core.address import Address
from runner.core.state import Dependency
from runner.core.struct import Struct


class PlanOrder(Struct):
    """The edges of a plan, without the resources themselves; empty for a plan of an older version."""

    dependencies: Mapping[Address, tuple[Dependency, ...]]
    """What each resource and each check declares to depend on."""
    awaited: Mapping[Address, frozenset[Address]]
    """For each changed resource, those whose steps its own steps waited for."""
