"""Network aliases of a running container: set, removed, restored.

Engines change them only by reconnecting the container, which is off the network for some 200 ms then. It mostly gets
its address back, the lowest free one: existing connections survive, and a connection attempt meanwhile succeeds when
TCP retries it, a second later (seen on 20.10 and 28.5).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress

from runner.core.engine_answers import EngineJSON
from runner.core.errors import EngineError
from runner.core.task import Task
from runner.kinds.container.options.attachments import endpoint_config
from runner.kinds.network.endpoints import Endpoints, configured_endpoint

_LINGER = 1.5
"""Seconds that a container without aliases keeps serving clients that still connect: TCP retries after one second."""
_GLANCE = 0.25


def attachments_of(inspect: EngineJSON) -> Endpoints:
    """Return the endpoint config of a container for each network that it is on, by the network's name."""
    return {name: configured_endpoint(inspect, name) for name in inspect["NetworkSettings"]["Networks"]}


def set_aliases(task: Task, id: str) -> None:
    """Give a running container the network aliases that the file declares."""
    networks, wanted = task.gateway.networks, task.fields().get("networks")
    for name, attachment in wanted.items() if isinstance(wanted, Mapping) else ():
        networks.disconnect(name, id)
        networks.connect(name, id, endpoint_config(attachment))


def drain(task: Task, id: str) -> None:
    """Remove a container from name resolution, and keep it running until no client can be connecting to it any more."""
    networks = task.gateway.networks
    attached = attachments_of(task.gateway.containers.inspect(id))
    for name, asked in attached.items():
        networks.disconnect(name, id)
        with suppress(EngineError):  # it is to be removed anyway: only its open connections suffer
            networks.connect(name, id, {key: given for key, given in asked.items() if key != "Aliases"})
    if attached:
        since = time.monotonic()
        task.wait(id, lambda: time.monotonic() - since >= _LINGER, what="left alone", timeout=60, every=_GLANCE)


def restore_aliases(task: Task, id: str, attached: Endpoints) -> None:
    """Connect a container to the networks that it was on, with the aliases that it had there."""
    networks, now = task.gateway.networks, attachments_of(task.gateway.containers.inspect(id))
    for name, asked in attached.items():
        if name not in now:
            networks.connect(name, id, asked)
        elif not set(asked.get("Aliases", ())) <= set(now[name].get("Aliases", ())):
            networks.disconnect(name, id)
            networks.connect(name, id, asked)
