"""What is observed of a service for operations on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.state import ObservedResource
from runner.core.struct import field
from runner.core.traits import Traits


class ServiceTraits(Traits, kw_only=True):
    """The spec of a service as it is, whatever declares it."""

    spec: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    """The version of the service when it was observed."""


def traits_of(service: ObservedResource) -> ServiceTraits:
    """Return the traits of a service."""
    assert isinstance(service.traits, ServiceTraits), service.address
    return service.traits
