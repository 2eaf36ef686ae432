"""One repository of a registry, whose tag is moved as its owner would."""

from __future__ import annotations

from docker import DockerClient

from tests.harness.registry import Registry


class Repository:
    """One repository; it is called `name` there, and its tag is "1"."""

    def __init__(self, registry: Registry, client: DockerClient, name: str) -> None:
        self._registry = registry
        self._client = client
        self._name = name
        self.reference = f"{registry.host}/{name}:1"

    @property
    def digest(self) -> str:
        """The digest that the tag has now."""
        return str(self._client.images.get_registry_data(self.reference).id)

    def release(self, version: str, tag: str = "1") -> None:
        """Push an image that differs from all others by its environment, and forget it here."""
        container = self._client.containers.create("busybox:stable", ["sh"])
        self._client.api.commit(str(container.id), self._name, version, changes=f"ENV VERSION={version}")
        container.remove()
        self._registry.push(f"{self._name}:{version}", f"{self._name}:{tag}")
        self._client.images.remove(f"{self._name}:{version}")

    def forget(self) -> None:
        """Remove all of its images from the engine."""
        for image in self._client.api.images(name=self.reference.rpartition(":")[0]):
            self._client.api.remove_image(image["Id"], force=True)
