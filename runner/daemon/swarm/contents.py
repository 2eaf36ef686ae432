"""The secrets and the configs of a swarm."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from runner.core.engine_answers import EngineJSON
from runner.daemon.http.api import Api
from runner.daemon.swarm.calls import remove, update


class Contents:
    """See `core.swarm.Contents`; `what` is secrets or configs."""

    def __init__(self, api: Api, what: str) -> None:
        self._api = api
        self._what = what

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them."""
        return self._api.get(f"/{self._what}") or ()

    def create(self, name: str, labels: Mapping[str, str], data: bytes) -> str:
        """Create one; return its id."""
        body = {"Name": name, "Labels": dict(labels), "Data": b64encode(data).decode()}
        return str(self._api.post_json(f"/{self._what}/create", body)["ID"])

    def relabel(self, id: str, version: int, spec: Mapping[str, Any]) -> None:
        """Replace its labels."""
        update(self._api, self._what, id, version, spec)

    def remove(self, id: str) -> None:
        """Remove it."""
        remove(self._api, self._what, id)
