"""By which names others find a running container on its networks: given, taken away, given back.

Engines change them with a new attachment only, and for some 200 ms the container is off the network then. It mostly
gets its address back, the lowest that is free: what is connected stays so, and who tries to connect meanwhile is heard
when TCP tries again, a second later (seen on 20.10 and 28.5).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress

from runner.core.errors import EngineError
from runner.core.gateway import EngineJSON
from runner.core.task import Task
from runner.kinds.container.options.attachments import endpoint_config
from runner.kinds.network.endpoints import Endpoints, configured_endpoint

_LINGER = 1.5
"""Seconds that one which nobody finds any more goes on for those on their way to it: TCP tries again after one."""
_GLANCE = 0.25


def attachments_of(inspect: EngineJSON) -> Endpoints:
    """Return what a container asked of each network that it is on, by the network's name."""
    return {name: configured_endpoint(inspect, name) for name in inspect["NetworkSettings"]["Networks"]}


def set_aliases(task: Task, id: str) -> None:
    """Give a running container the names that the file wants it to be found by."""
    networks, wanted = task.gateway.networks, task.fields().get("networks")
    for name, attachment in wanted.items() if isinstance(wanted, Mapping) else ():
        networks.disconnect(name, id)
        networks.connect(name, id, endpoint_config(attachment))


def drain(task: Task, id: str) -> None:
    """Take a container out of name resolution, and let it go on until nobody is on the way to it any more."""
    networks = task.gateway.networks
    attached = attachments_of(task.gateway.containers.inspect(id))
    for name, asked in attached.items():
        networks.disconnect(name, id)
        with suppress(EngineError):  # it is to go in any case: who is connected to it fares worse, and nobody else
            networks.connect(name, id, {key: given for key, given in asked.items() if key != "Aliases"})
    if attached:
        since = time.monotonic()
        task.wait(id, lambda: time.monotonic() - since >= _LINGER, what="left alone", timeout=60, every=_GLANCE)


def restore_aliases(task: Task, id: str, attached: Endpoints) -> None:
    """Attach a container to whatever it was attached to, under the names that it had there."""
    networks, now = task.gateway.networks, attachments_of(task.gateway.containers.inspect(id))
    for name, asked in attached.items():
        if name not in now:
            networks.connect(name, id, asked)
        elif not set(asked.get("Aliases", ())) <= set(now[name].get("Aliases", ())):
            networks.disconnect(name, id)
            networks.connect(name, id, asked)
