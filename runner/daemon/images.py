"""The engine's images: lists, names, and pulls with their progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from runner.core.build import BuildRequest
from runner.core.errors import Conflict, EngineError, NotFound, PullFailed
from runner.core.gateway import Advance, EngineJSON, Watch
from runner.daemon.api import Api, segment
from runner.daemon.builder import build
from runner.daemon.errors import translated
from runner.daemon.follow import follow


class Images:
    """See `core.gateway.Images`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them that have a name or are nobody's intermediate."""
        return self._api.get("/images/json")  # type: ignore[no-any-return]

    def inspect(self, ref: str) -> EngineJSON:
        """Return the whole document."""
        return self._api.get(f"/images/{segment(ref)}/json")  # type: ignore[no-any-return]

    def pull(self, ref: str, watch: Watch) -> None:
        """Pull one image, with the credentials that the docker CLI would use."""
        name, tag = _split(ref)
        try:
            with translated(self._api.host):
                pull = partial(self._api.client.pull, name, tag=tag, stream=True, decode=True)
                _watch_pull(follow(pull, watch), watch)
        except EngineError as error:
            raise PullFailed(f"cannot pull {ref}: {error.message}", help=_pull_help(error.message)) from error

    def build(self, request: BuildRequest, watch: Watch) -> str:
        """Build and return the image's id."""
        return build(self._api, request, watch)

    def tag(self, ref: str, name: str) -> None:
        """Give an image one more name."""
        repository, _, tag = name.rpartition(":")
        self._api.post(f"/images/{segment(ref)}/tag", repo=repository, tag=tag)

    def remove(self, ref: str) -> None:
        """Remove a name, and the image with its last one."""
        try:
            self._api.delete(f"/images/{segment(ref)}")
        except (NotFound, Conflict):
            return

    def registry_digest(self, ref: str) -> str:
        """Ask the registry which digest the tag has now."""
        with translated(self._api.host):
            return str(self._api.client.inspect_distribution(ref)["Descriptor"]["digest"])  # type: ignore[no-untyped-call]


def _split(ref: str) -> tuple[str, str]:
    name, at, digest = ref.partition("@")
    if at:
        return name, digest
    name, _, tag = ref.rpartition(":")
    return name, tag


def _pull_help(message: str) -> str:
    if "not found" in message or "manifest unknown" in message or "does not exist" in message:
        return "check its name and tag; a private one needs docker login"
    return "check the network and the registry, or load the image beforehand with docker load"


def _watch_pull(stream: Any, watch: Watch) -> None:
    """Sum up the layers' progress; the engine reports a failure inside the stream."""
    layers: dict[str, tuple[int, int]] = {}
    for record in stream:
        if "error" in record:
            raise EngineError(str(record["error"]))
        detail: Mapping[str, int] = record.get("progressDetail") or {}
        if "total" in detail and "id" in record:
            layers[record["id"]] = (detail.get("current", 0), detail["total"])
        current, total = (sum(part) for part in zip(*layers.values(), strict=True)) if layers else (None, None)
        watch(Advance(_phase(str(record.get("status", ""))), current, total))


def _phase(status: str) -> str:
    return status.lower() if status in ("Downloading", "Extracting") else "pulling"
