"""The engine's images: lists, tags, builds, and transfers from and to registries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from runner.core.engine_answers import EngineJSON, RegistryImage
from runner.core.errors import Conflict, NotFound
from runner.core.gateway import ImageArchive
from runner.core.progress_update import ProgressCallback
from runner.daemon.http.api import Api, quote_path
from runner.daemon.lists import IMAGES

if TYPE_CHECKING:
    from runner.core.build import BuildRequest
    from runner.daemon.registry.transfers import Registries


class Images:
    """See `core.gateway.Images`."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._configs: dict[str, EngineJSON] = {}
        self._asking = Lock()

    @cached_property
    def _registries(self) -> Registries:
        from runner.daemon.registry.transfers import Registries

        return Registries(self._api)

    def list(self) -> Sequence[EngineJSON]:
        """Return all images that have a name or aren't intermediate ones."""
        return self._api.get(IMAGES)  # type: ignore[no-any-return]

    def inspect(self, ref: str) -> EngineJSON:
        """Return the whole document."""
        return self._api.get(f"/images/{quote_path(ref)}/json")  # type: ignore[no-any-return]

    def config(self, id: str) -> EngineJSON:
        """Return what an image sets for its containers, asked for once: under the same id it can't change."""
        with self._asking:
            if id not in self._configs:
                self._configs[id] = self.inspect(id).get("Config") or {}
            return self._configs[id]

    def history(self, ref: str) -> Sequence[EngineJSON]:
        """Return the build history, instruction by instruction."""
        return self._api.get(f"/images/{quote_path(ref)}/history")  # type: ignore[no-any-return]

    def pull(self, ref: str, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Pull one image, with the credentials that the docker CLI would use."""
        self._registries.pull(ref, watch, idle_timeout=idle_timeout)

    def push(self, ref: str, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Push one tag, with the credentials that the docker CLI would use."""
        self._registries.push(ref, watch, idle_timeout=idle_timeout)

    def build(self, request: BuildRequest, name: str, watch: ProgressCallback) -> str:
        """Build an image under a name, and return its id."""
        from runner.daemon.build.builder import build

        return build(self._api, request, name, watch)

    def save(self, ref: str, *, idle_timeout: float) -> Iterator[bytes]:
        """Yield the archive of one image."""
        from runner.daemon.image_archives import save

        return save(self._api, ref, idle_timeout)

    def load(self, archive: ImageArchive, watch: ProgressCallback, *, idle_timeout: float) -> None:
        """Load one image."""
        from runner.daemon.image_archives import load

        load(self._api, archive, watch, idle_timeout)

    def tag(self, ref: str, name: str) -> None:
        """Tag an image."""
        repository, _, tag = name.rpartition(":")
        self._api.post(f"/images/{quote_path(ref)}/tag", query={"repo": repository, "tag": tag}, again=True)

    def remove(self, ref: str) -> None:
        """Remove a tag, and the image with its last one."""
        try:
            self._api.delete(f"/images/{quote_path(ref)}")
        except (NotFound, Conflict):
            return

    def registry_digest(self, ref: str) -> RegistryImage:
        """Look up the digest that a reference has in its registry now."""
        return self._registries.registry_digest(ref)
