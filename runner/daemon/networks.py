"""The engine's networks."""

from __future__ import annotations

from collections.abc import Sequence

from runner.core.errors import EngineError, NotFound
from runner.core.gateway import EngineJSON
from runner.daemon.api import Api, segment


class Networks:
    """See `core.gateway.Networks`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them."""
        return self._api.get("/networks")  # type: ignore[no-any-return]

    def create(self, body: EngineJSON) -> str:
        """Make one; return its id."""
        return str(self._api.ask("/networks/create", body)["Id"])

    def remove(self, ref: str) -> None:
        """Remove it."""
        try:
            self._api.delete(f"/networks/{segment(ref)}")
        except NotFound:
            return

    def connect(self, ref: str, container: str, endpoint: EngineJSON) -> None:
        """Attach a container."""
        self._api.post(f"/networks/{segment(ref)}/connect", {"Container": container, "EndpointConfig": endpoint})

    def disconnect(self, ref: str, container: str) -> None:
        """Detach a container, whether it runs or not."""
        try:
            body = {"Container": container, "Force": True}
            self._api.post(f"/networks/{segment(ref)}/disconnect", body, again=True)
        except NotFound:
            return
        except EngineError as error:  # 403 or, when the network is gone as well, 500
            if "is not connected" not in error.message:
                raise
