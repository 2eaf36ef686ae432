"""The services of a swarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runner.core.engine_answers import EngineJSON
from runner.daemon.http.api import Api, quote_path
from runner.daemon.registry.credentials import service_credentials
from runner.daemon.swarm.calls import remove, update
from runner.daemon.swarm.shared_list import SharedList
from runner.resource.image_reference import is_reference, registry


class Services:
    """See `core.swarm.Services`."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._shared = SharedList(lambda: api.get("/services") or ())

    def list(self, *, since: float | None = None) -> Sequence[EngineJSON]:
        """Return all of them, asked for after a moment."""
        return self._shared.get(since)

    def find(self, id: str, *, since: float | None = None) -> EngineJSON | None:
        """Return one as the list has it, asked for after a moment."""
        return next(iter(self._shared.of(id, since)), None)

    def inspect(self, id: str) -> EngineJSON:
        """Return one."""
        return self._api.get(f"/services/{quote_path(id)}")  # type: ignore[no-any-return]

    def create(self, spec: EngineJSON) -> str:
        """Create one; return its id."""
        return str(self._api.post_json("/services/create", spec, headers=self._login(spec))["ID"])

    def update(self, id: str, version: int, spec: EngineJSON) -> None:
        """Replace its whole spec."""
        update(self._api, "services", id, version, spec, self._login(spec))

    def remove(self, id: str) -> None:
        """Remove it."""
        remove(self._api, "services", id)

    def _login(self, spec: EngineJSON) -> Mapping[str, str]:
        """Return the login that nodes need to pull its image."""
        image = str(spec["TaskTemplate"]["ContainerSpec"].get("Image", ""))
        return service_credentials(self._api.environ, registry(image)) if is_reference(image) else {}
