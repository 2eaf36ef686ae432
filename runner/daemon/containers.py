"""The engine's containers."""

from __future__ import annotations

from collections.abc import Sequence

from runner.core.errors import EngineError, NotFound, Refused
from runner.core.gateway import EngineJSON
from runner.daemon.api import Api, segment


class Containers:
    """See `core.gateway.Containers`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them, running or not."""
        return self._api.get("/containers/json", all=1)  # type: ignore[no-any-return]

    def inspect(self, ref: str) -> EngineJSON:
        """Return the whole document."""
        return self._api.get(f"/containers/{segment(ref)}/json")  # type: ignore[no-any-return]

    def create(self, name: str, body: EngineJSON, *, platform: str = "") -> str:
        """Create without starting; return the id. A part that the engine would leave out is an error."""
        answer = self._api.post("/containers/create", body, name=name, platform=platform)
        left_out = [str(warning) for warning in answer.get("Warnings") or () if "discarded" in warning]
        if left_out:
            self.remove(answer["Id"], volumes=True)
            raise Refused(" ".join(left_out), help="take it out, or use an engine that can do it")
        return str(answer["Id"])

    def start(self, ref: str) -> None:
        """Start it."""
        self._api.post(f"/containers/{segment(ref)}/start")

    def stop(self, ref: str, grace: float) -> None:
        """Ask it to end and return when it has."""
        try:
            self._api.post(f"/containers/{segment(ref)}/stop", patience=grace)
        except NotFound:
            return

    def unpause(self, ref: str) -> None:
        """Let it go on."""
        self._api.post(f"/containers/{segment(ref)}/unpause")

    def rename(self, ref: str, name: str) -> None:
        """Give it another name."""
        self._api.post(f"/containers/{segment(ref)}/rename", name=name)

    def update(self, ref: str, body: EngineJSON) -> None:
        """Change limits and restart policy in place."""
        self._api.post(f"/containers/{segment(ref)}/update", body)

    def remove(self, ref: str, *, volumes: bool = False) -> None:
        """Kill and remove it."""
        try:
            self._api.delete(f"/containers/{segment(ref)}", force=1, v=int(volumes))
        except NotFound:
            return

    def tail(self, ref: str, lines: int) -> tuple[str, ...]:
        """Return the last lines of its output."""
        from docker.errors import DockerException
        from requests import RequestException

        try:
            raw: bytes = self._api.client.logs(ref, stdout=True, stderr=True, tail=lines)
        except (DockerException, RequestException, EngineError, OSError):
            return ()  # it is told beside another error, which is the one that matters
        return tuple(raw.decode(errors="replace").splitlines()[-lines:])
