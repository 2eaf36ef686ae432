"""The first contact with an engine, for which little needs to be loaded: what a plan needs is asked for at once."""

from __future__ import annotations

import time
from typing import Final

from runner.daemon.endpoints.endpoint import Endpoint
from runner.daemon.http.api import Api
from runner.daemon.lists import ABOUT, LISTS, SWARM_LISTS

_SPARE_CONNECTIONS: Final = 4
"""Connections beside one for each step: for the event stream and requests in between."""


class Opening:
    """An engine that may have been asked already, and that `client.DockerGateway` makes a gateway of."""

    def __init__(self, endpoint: Endpoint, *, timeout: float = 60.0, parallel: int = 8) -> None:
        """Prepare the connections; nothing is sent. `timeout` is that of a call in seconds."""
        self.endpoint = endpoint
        self.contact = time.monotonic()
        """The moment before the first request."""
        self.api = Api(endpoint, timeout=timeout, connections=parallel + _SPARE_CONNECTIONS)

    def ask_ahead(self, *, swarm: bool = False) -> None:
        """Ask for the engine's version, its capabilities and all lists; the answers are used if they come in time."""
        self.api.ask_ahead((*ABOUT, *(SWARM_LISTS if swarm else LISTS)))

    def close(self) -> None:
        """Close every connection."""
        self.api.close()
