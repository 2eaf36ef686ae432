"""Write a spec over whatever a service has by now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from runner.core.errors import OutOfSequence

if TYPE_CHECKING:
    from runner.core.gateway import Gateway

_TRIES: Final = 5
_ANEW: Final = "runner.anew"
"""A label that a service has for a moment; one that a killed run left goes with the next write of the service."""


def write_over(gateway: Gateway, id: str, spec: Mapping[str, Any]) -> None:
    """Write a spec, also if others write at the same time; NotFound without the service."""
    services = gateway.swarm.services
    for attempt in range(1, _TRIES + 1):
        try:
            services.update(id, services.inspect(id)["Version"]["Index"], spec)
        except OutOfSequence:
            if attempt == _TRIES:
                raise
        else:
            return


def roll_anew(gateway: Gateway, id: str, spec: Mapping[str, Any]) -> None:
    """Have a swarm begin the roll to a service's spec once more, as it does whenever that becomes another one."""
    labels = {name: text for name, text in (spec.get("Labels") or {}).items() if name != _ANEW}
    write_over(gateway, id, {**spec, "Labels": {**labels, _ANEW: ""}})
    write_over(gateway, id, {**spec, "Labels": labels})
