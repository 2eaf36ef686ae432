"""Pin every image of a workflow to the one in a lock file; pure."""

from __future__ import annotations

from collections.abc import Iterator

from runner.core.address import Address
from runner.core.diagnostic import Diagnostic
from runner.core.lockfile import LockedImage, LockFile
from runner.core.state import Dependency, DesiredState, Resource
from runner.core.struct import replace
from runner.kinds.image.declare import pulled_image
from runner.kinds.image.lockable_names import bases_of, is_built, lockable_references
from runner.kinds.image.settings import BuildSettings, PullSettings
from runner.kinds.image.substitute import substitute_images
from runner.resource.image_reference import familiar, repository


def pin_to_lockfile(desired: DesiredState, lock: LockFile, found: list[Diagnostic]) -> DesiredState:
    """Pin every image to the one in the lock file; add what can't be pinned to `found`."""
    for use in lockable_references(desired):
        if use.name not in lock.images:
            message = f"{use.words} is not in the lock file"
            found.append(Diagnostic("not-locked", message, use.span, "add it with: runner lock"))
    builds = [one for one in desired.resources.values() if is_built(one)]
    found += (finding for build in builds for finding in _unpinnable(build))
    if found:
        return desired
    images = {
        use.address: _pinned(desired.resources[use.address], lock.images[use.name])
        for use in lockable_references(desired)
        if not use.role
    }
    rebuilt = {build.address: _with_pins(build, desired, lock) for build in builds}
    bases = {base.address: base for build in builds for base in _bases(build, desired, lock)}
    pinned = substitute_images(desired, {**images, **rebuilt})
    return replace(pinned, resources={**bases, **pinned.resources})


def _unpinnable(build: Resource) -> Iterator[Diagnostic]:
    """Yield why the images named in a Dockerfile can't be pinned."""
    dockerfile = build.settings_as(BuildSettings).build.dockerfile
    for name in dockerfile.unresolved:
        message = f'"{name}" in {dockerfile.name} is resolved by the builder and cannot be locked'
        yield Diagnostic("cannot-pin", message, build.span, "write the image name literally, or set the argument")
    if (dockerfile.bases or dockerfile.frontend) and not dockerfile.named:
        message = f"the images that {dockerfile.name} names cannot be pinned"
        yield Diagnostic("cannot-pin", message, build.span, "write each FROM with its image on one line")


def _pinned(resource: Resource, image: LockedImage) -> Resource:
    """Return an image that is pulled by its digest, or referred to by its id if only the engine has it."""
    settings = resource.settings_as(PullSettings)
    name, pull = settings.reference, "never" if image.id or settings.pull == "never" else "missing"
    return replace(
        pulled_image(resource.address.name, by_digest(name, image) or image.id, pull, shared=resource.shared),
        span=resource.span,
    )


def by_digest(name: str, image: LockedImage) -> str:
    """Return the reference by digest to an image in a registry; empty for an image that is in no registry."""
    return f"{repository(name)}@{image.digest}" if image.digest else ""


def _with_pins(build: Resource, desired: DesiredState, lock: LockFile) -> Resource:
    """Pin the bases of a build to their digests, and make the build depend on them."""
    settings = build.settings_as(BuildSettings)
    frontend = settings.build.dockerfile.frontend
    names = {**bases_of(build, desired), **({frontend: familiar(frontend)} if frontend else {})}
    found = {base: by_digest(name, lock.images[name]) for base, name in names.items() if name in lock.images}
    pins = {base: reference for base, reference in found.items() if reference}
    needed = (Dependency(ref.address) for base, ref in settings.bases.items() if base in pins)
    return replace(
        build,
        settings=replace(settings, build=replace(settings.build, pins=pins)),
        depends_on=tuple(dict.fromkeys((*build.depends_on, *needed))),
    )


def _bases(build: Resource, desired: DesiredState, lock: LockFile) -> Iterator[Resource]:
    """Yield the undeclared base images of a build, to be pulled before it."""
    for name in bases_of(build, desired).values():
        address, image = Address("image", name), lock.images.get(name)
        if image and image.digest and address not in desired.resources:
            yield pulled_image(name, by_digest(name, image), shared=True)
