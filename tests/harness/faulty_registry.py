"""A registry's address at which chosen requests go wrong; the others are answered by a real one behind it."""

from __future__ import annotations

import asyncio
from threading import Event

from tests.harness.engine import Engine
from tests.harness.fault_proxy import LARGEST_HEAD, Proxy
from tests.harness.registry import Registry


class FaultyRegistry(Proxy):
    """Listens on loopback in an engine's network."""

    def __init__(self, engine: Engine, registry: Registry) -> None:
        super().__init__()
        self._engine = engine
        self._registry = registry
        self._port = engine.free_port()
        self.host = f"127.0.0.1:{self._port}"

    def _run(self, listening: Event) -> None:
        with self._engine.network():
            super()._run(listening)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=LARGEST_HEAD)

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._registry.port)
