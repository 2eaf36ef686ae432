"""Which image a name stands for now: the engine's own, which an apply would use, or the one in a registry."""

from __future__ import annotations

from collections.abc import Container

from runner.core.engine_answers import EngineJSON, RegistryImage
from runner.core.errors import EngineError
from runner.core.gateway import Gateway
from runner.core.lockfile import LockedImage
from runner.core.struct import Struct
from runner.kinds.image.lock_status import digests_of
from runner.resource.image_reference import repository
from runner.resource.platform import platform_of


class Resolver(Struct):
    """Resolves image names on one engine; `named` has the engine's images by name.

    `vouched` are the names whose digests came from a registry: with containerd's store, an engine reports a digest for
    every image, whether it is in a registry or not (moby#45122; seen on 28.5; tests/e2e/test_lockfile.py).
    """

    gateway: Gateway
    named: dict[str, EngineJSON]
    vouched: Container[str]

    def resolve(self, name: str, *, newest: bool) -> LockedImage:
        """Return the image that an apply would use under a name, or the `newest` in a registry.

        An image of the engine that was never in a registry has only its id. EngineError if there is no image.
        """
        here = self.named.get(name)
        digests = digests_of(here, name) if here else []
        if here is None or (newest and digests and name in self.vouched):
            return _locked(self.gateway.images.registry_digest(name))
        registered = self._from_registry(name) if newest or len(digests) > 1 else None
        if registered and (newest or registered.digest in digests):
            return registered
        return self._from_engine(here, name, digests)

    def _from_registry(self, name: str) -> LockedImage | None:
        try:
            return _locked(self.gateway.images.registry_digest(name))
        except EngineError:
            return None

    def _from_engine(self, here: EngineJSON, name: str, digests: list[str]) -> LockedImage:
        """Describe the engine's own image; a registry that has it knows its other platforms."""
        if digests and (known := self._from_registry(f"{repository(name)}@{digests[0]}")):
            return known
        platform = platform_of(self.gateway.images.inspect(here["Id"]))
        platforms = (str(platform),) if platform else ()
        if digests and name in self.vouched:
            return LockedImage(digests[0], platforms=platforms)
        return LockedImage(id=here["Id"], platforms=platforms)


def _locked(found: RegistryImage) -> LockedImage:
    return LockedImage(found.digest, platforms=found.platforms)
