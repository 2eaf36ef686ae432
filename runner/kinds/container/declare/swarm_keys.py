"""Keys that only a swarm obeys, in an entry for one engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.core.values import Value, as_map
from runner.kinds.container.declare.settings import SETTINGS
from runner.resource.codec import Invalid
from runner.resource.field import swarm_only


def keys_for_swarms(values: Mapping[str, Value]) -> Iterator[Invalid]:
    """Yield an error for each of them."""
    yield from swarm_only(SETTINGS, values)
    ports = values.get("ports")
    for index, port in enumerate(ports if isinstance(ports, tuple) else ()):
        if "mode" in as_map(port):
            help = "omit it, or set engine: swarm"
            yield Invalid('"mode" of a port is for swarms only', path=("ports", index), help=help, code="swarm-only")
