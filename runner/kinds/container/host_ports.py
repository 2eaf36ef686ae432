"""Occupants of host ports: containers, from the engine's list, and other listeners on its host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from runner.core.claim import ExclusiveClaim, Occupant
from runner.resource.labels import WORKFLOW

if TYPE_CHECKING:
    from runner.core.engine_answers import EngineJSON
    from runner.core.gateway import Gateway
    from runner.core.state import Resource
    from runner.resource.observation import ObserveContext

_WORDS = "host port {}/"


def port_claim(
    ports: range, protocol: str, address: str, indexes: tuple[int, ...] = (), *, is_choice: bool = False
) -> ExclusiveClaim:
    """Return a claim to host ports; `indexes` has each port's item of `ports`; without an address it is for all."""
    return ExclusiveClaim(f"{_WORDS}{protocol}", address, ("ports",), ports, indexes, is_choice)


def port_occupants(context: ObserveContext) -> Iterator[Occupant]:
    """Yield the occupants of the host ports that the workflow wants."""
    kinds = ("container", "job")
    wanted = {claim for kind in kinds for one in context.wanted(kind) for claim in one.claims if _is_port(claim)}
    if wanted:
        yield from _occupants(wanted, context.containers, context.gateway)


def occupant_of_port(resource: Resource, gateway: Gateway, id: str) -> str | None:
    """Return who has a host port that a resource wants, in words, apart from its own container; None if unknown."""
    wanted = {claim for claim in resource.claims if _is_port(claim)}
    found = _occupants(wanted, gateway.containers.list(), gateway)
    return next((one.who for one in found if one.id != id), None)


def _occupants(
    wanted: Iterable[ExclusiveClaim], containers: Sequence[EngineJSON], gateway: Gateway
) -> Iterator[Occupant]:
    """Yield the occupants of host ports.

    Listening sockets are checked only for ports that no container has, and only if the engine shares this network.
    """
    held = [one for one in _published(containers) if any(claim.taken_by(one.claim) for claim in wanted)]
    yield from held
    open_ends = [claim for claim in wanted if not claim.is_taken(one.claim for one in held)]
    if open_ends and gateway.shares_network:
        from runner.kinds.container.listening import listeners

        names = {str(one["Id"]): _who(one) for one in containers}
        found = listeners([(claim, claim.what.removeprefix(_WORDS)) for claim in open_ends], names)
        # For a container's port, a proxy process of the engine may listen.
        yield from (one for one in found if not any(one.claim.taken_by(other.claim) for other in held))


def _is_port(claim: ExclusiveClaim) -> bool:
    return claim.what.startswith(_WORDS)


def _published(containers: Iterable[EngineJSON]) -> Iterator[Occupant]:
    for one in containers:
        for port in one.get("Ports") or ():
            if number := port.get("PublicPort"):
                claim = port_claim(range(number, number + 1), port.get("Type") or "tcp", port.get("IP") or "")
                yield Occupant(claim, _who(one), str(one["Id"]))


def _who(container: EngineJSON) -> str:
    name = next((name.lstrip("/") for name in container.get("Names") or ()), str(container["Id"])[:12])
    owner = (container.get("Labels") or {}).get(WORKFLOW)
    return f'container "{name}"' + (f' of workflow "{owner}"' if owner else "")
