"""The engine's images: lists, names, builds, and what registries have of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from runner.core.errors import Conflict, NotFound
from runner.core.gateway import EngineJSON, ImageArchive, ProgressCallback, RegistryImage
from runner.daemon.http.api import Api, quote_path

if TYPE_CHECKING:
    from runner.core.build import BuildRequest
    from runner.daemon.registry.transfers import Registries


class Images:
    """See `core.gateway.Images`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @cached_property
    def _registries(self) -> Registries:
        from runner.daemon.registry.transfers import Registries

        return Registries(self._api)

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them that have a name or are nobody's intermediate."""
        return self._api.get("/images/json")  # type: ignore[no-any-return]

    def inspect(self, ref: str) -> EngineJSON:
        """Return the whole document."""
        return self._api.get(f"/images/{quote_path(ref)}/json")  # type: ignore[no-any-return]

    def history(self, ref: str) -> Sequence[EngineJSON]:
        """Return the instructions that made it."""
        return self._api.get(f"/images/{quote_path(ref)}/history")  # type: ignore[no-any-return]

    def pull(self, ref: str, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Pull one image, with the credentials that the docker CLI would use."""
        self._registries.pull(ref, watch, idle_timeout=idle_timeout)

    def push(self, ref: str, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Push one name, with the credentials that the docker CLI would use."""
        self._registries.push(ref, watch, idle_timeout=idle_timeout)

    def build(self, request: BuildRequest, name: str, watch: ProgressCallback) -> str:
        """Build under a name, and return the image's id."""
        from runner.daemon.build.builder import build

        return build(self._api, request, name, watch)

    def save(self, ref: str, *, idle_timeout: float) -> Iterator[bytes]:
        """Yield the archive of one image."""
        from runner.daemon.image_archives import save

        return save(self._api, ref, idle_timeout)

    def load(self, archive: ImageArchive, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Take one image in."""
        from runner.daemon.image_archives import load

        load(self._api, archive, watch, idle_timeout)

    def tag(self, ref: str, name: str) -> None:
        """Give an image one more name."""
        repository, _, tag = name.rpartition(":")
        self._api.post(f"/images/{quote_path(ref)}/tag", again=True, repo=repository, tag=tag)

    def remove(self, ref: str) -> None:
        """Remove a name, and the image with its last one."""
        try:
            self._api.delete(f"/images/{quote_path(ref)}")
        except (NotFound, Conflict):
            return

    def registry_digest(self, ref: str) -> RegistryImage:
        """Ask the registry what it has under a name now."""
        return self._registries.registry_digest(ref)
