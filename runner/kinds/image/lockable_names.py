"""Image names in a workflow that may stand for another image tomorrow: what a lock file must pin."""

from __future__ import annotations

from collections.abc import Iterator

from runner.core.address import Address
from runner.core.span import Span
from runner.core.state import DesiredState, Resource
from runner.core.struct import Struct
from runner.kinds.image.settings import BuildSettings, PullSettings
from runner.resource.image_reference import familiar


class LockableReference(Struct):
    """An image name, and the resource that refers to it."""

    name: str
    address: Address
    span: Span | None
    role: str = ""
    """For a name in a build: whether the image is built on it or with it."""

    @property
    def words(self) -> str:
        """The text for the name in messages."""
        return f'"{self.name}", which {self.address} is built {self.role},' if self.role else f'"{self.name}"'


def lockable_references(desired: DesiredState) -> Iterator[LockableReference]:
    """Yield every name that a lock file must pin; a name with a digest needs no lock."""
    for address, resource in desired.resources.items():
        if address.kind == "image":
            found = _of_build(resource, desired) if is_built(resource) else _of_reference(resource)
            yield from (use for use in found if "@" not in use.name)


def is_built(resource: Resource) -> bool:
    """Return whether it is an image that is built by the workflow."""
    return isinstance(resource.settings, BuildSettings)


def _of_reference(resource: Resource) -> Iterator[LockableReference]:
    yield LockableReference(resource.settings_as(PullSettings).reference, resource.address, resource.span)


def _of_build(resource: Resource, desired: DesiredState) -> Iterator[LockableReference]:
    for name in bases_of(resource, desired).values():
        yield LockableReference(name, resource.address, resource.span, "on")
    frontend = resource.settings_as(BuildSettings).build.dockerfile.frontend
    if frontend:
        yield LockableReference(familiar(frontend), resource.address, resource.span, "with")


def bases_of(build: Resource, desired: DesiredState) -> dict[str, str]:
    """Return a build's base images, except those built by the workflow: engine names by the Dockerfile's names."""
    bases = {}
    for base, ref in build.settings_as(BuildSettings).bases.items():
        declared = desired.resources.get(ref.address)
        if declared is None:
            bases[base] = str(ref.address.name)
        elif not is_built(declared):
            bases[base] = declared.settings_as(PullSettings).reference
    return bases
