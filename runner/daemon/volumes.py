"""The engine's volumes."""

from __future__ import annotations

from collections.abc import Sequence

from runner.core.engine_answers import EngineJSON
from runner.core.errors import NotFound
from runner.daemon.http.api import Api, quote_path
from runner.daemon.lists import VOLUMES


class Volumes:
    """See `core.gateway.Volumes`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(self) -> Sequence[EngineJSON]:
        """Return all volumes."""
        return self._api.get(VOLUMES)["Volumes"] or ()

    def create(self, body: EngineJSON) -> str:
        """Create one; return its name. Idempotent with a given name: an existing volume of that name is returned."""
        return str(self._api.post_json("/volumes/create", body, again="Name" in body)["Name"])

    def remove(self, ref: str) -> None:
        """Remove it with its data."""
        try:
            self._api.delete(f"/volumes/{quote_path(ref)}")
        except NotFound:
            return
