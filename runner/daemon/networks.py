"""The engine's networks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from runner.core.engine_answers import EngineJSON
from runner.core.errors import EngineError, NotFound
from runner.daemon.http.api import Api, quote_path
from runner.daemon.lists import NETWORKS
from runner.daemon.swarm.calls import told_apart


class Networks:
    """See `core.gateway.Networks`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(self) -> Sequence[EngineJSON]:
        """Return all networks."""
        return self._api.get(NETWORKS)  # type: ignore[no-any-return]

    def inspect(self, ref: str) -> EngineJSON:
        """Return one."""
        return self._api.get(f"/networks/{quote_path(ref)}")  # type: ignore[no-any-return]

    def create(self, body: EngineJSON) -> str:
        """Create one; return its id."""
        return str(self._api.post_json("/networks/create", body)["Id"])

    def remove(self, ref: str) -> None:
        """Remove it."""
        path = f"/networks/{quote_path(ref)}"
        with suppress(NotFound):
            try:
                with told_apart():
                    self._api.delete(path)
            except EngineError as error:
                if "active endpoints" not in error.message or not self._let_go(ref):
                    raise
                self._api.delete(path)

    def _let_go(self, ref: str) -> bool:
        """Disconnect stale endpoints, whose container no longer exists; return whether there were any.

        Engine 28.5 may leave one behind when a container is removed while it starts (seen once in hundreds of kills).
        """
        found = self._api.get(f"/networks/{quote_path(ref)}").get("Containers") or {}
        stale = [str(endpoint["Name"]) for id, endpoint in found.items() if not self._is_there(id)]
        for name in stale:
            self.disconnect(ref, name)
        return bool(stale)

    def _is_there(self, container: str) -> bool:
        try:
            self._api.get(f"/containers/{quote_path(container)}/json")
        except NotFound:
            return False
        return True

    def connect(self, ref: str, container: str, endpoint: EngineJSON) -> None:
        """Connect a container."""
        self._api.post(f"/networks/{quote_path(ref)}/connect", {"Container": container, "EndpointConfig": endpoint})

    def disconnect(self, ref: str, container: str) -> None:
        """Disconnect a container, whether it runs or not."""
        try:
            body = {"Container": container, "Force": True}
            self._api.post(f"/networks/{quote_path(ref)}/disconnect", body, again=True)
        except NotFound:
            return
        except EngineError as error:  # 403 or, when the network is gone as well, 500
            if "is not connected" not in error.message:
                raise
