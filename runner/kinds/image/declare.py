"""From an entry under `images` to a resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from runner.core.address import Address
from runner.core.claim import ExclusiveClaim
from runner.core.engine import Feature
from runner.core.sensitive import is_sensitive
from runner.core.state import Dependency, Ref, Resource
from runner.core.struct import replace
from runner.core.values import Value, as_map
from runner.kinds.image.build_options import BUILD_SETTINGS
from runner.kinds.image.fingerprint import GUESSABLE, of_request
from runner.kinds.image.names import names_of_entry
from runner.kinds.image.sensitivity import NAMES
from runner.kinds.image.settings import BuildSettings, PullSettings
from runner.kinds.image.substitute import PINNED
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration
from runner.resource.image_reference import familiar, is_reference
from runner.resource.requirements import Need, Requirement

if TYPE_CHECKING:
    from runner.core.build import BuildRequest

BUILD_ONLY = ("tag", "tags", "push")
REFERENCE_ONLY = ("pull",)


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Declare the resource of one entry: an image to build or to pull."""
    values = declaration.values
    built = any(name.startswith("build.") for name in values)
    if built == ("reference" in values):
        path = ("reference",) if built else ()
        message = '"build" and "reference" exclude each other' if built else 'neither "build" nor "reference"'
        declaration.report(Invalid(message, path=path, help="an image is either built or pulled"))
        return
    for name in REFERENCE_ONLY if built else BUILD_ONLY:
        if name in values:
            other = "build" if built else "reference"
            declaration.report(Invalid(f'"{name}" conflicts with "{other}"', path=(name,)))
    if built:
        yield from _declare_build(declaration)
    else:
        image = pulled_image(declaration.key, str(values["reference"]), str(values.get("pull", "missing")))
        settings = replace(image.settings_as(PullSettings), pinned=PINNED in values)
        yield replace(image, settings=settings)


def pulled_image(key: str, reference: str, pull: str = "missing", *, shared: bool = False) -> Resource:
    """Return the resource of an image from a registry."""
    name = familiar(reference)
    if pull == "always" and "@" in name:  # a digest never changes
        pull = "missing"
    return Resource(
        address=Address("image", key),
        engine_name=name,
        settings=PullSettings(reference=name, pull=pull),
        external=pull == "never",
        shared=shared,
    )


def _declare_build(declaration: Declaration) -> Iterable[Resource]:
    workflow, key, values = declaration.workflow, declaration.key, declaration.values
    names = names_of_entry(workflow, key, values)
    if not is_reference(names[0]):
        help = "image names are lower case; set one with tag:"
        declaration.report(Invalid(f'invalid image name "{names[0]}"', help=help))
        return
    from runner.kinds.image.request import read_request

    pushed = names if values.get("push") else ()
    for unplaced in (name for name in pushed if "/" not in name):
        help = "include a registry or a Docker Hub user: tag: registry.example.com/NAME"
        declaration.report(Invalid(f'cannot push "{unplaced}": it names no registry', path=("push",), help=help))
    request = read_request(declaration)
    if request is None:
        return
    bases = {base: _base_ref(declaration, base) for base in request.bases}
    parts = of_request(request, bases="").values()
    del parts["build.bases"]
    declared = {other.address for base, other in bases.items() if other.address.name in declaration.entries_of("image")}
    yield Resource(
        address=Address("image", key),
        engine_name=names[0],
        fields={**parts, "names": names, **({"pushed": pushed} if pushed else {})},
        settings=BuildSettings(build=request, bases=bases, given=tuple(sorted(values))),
        depends_on=tuple(Dependency(address) for address in sorted(declared)),
        claims=tuple(_name_claims(names, values)),
        sensitive_places=frozenset(_derived_places(declaration, request)),
    )


def _derived_places(declaration: Declaration, request: BuildRequest) -> Iterator[str]:
    """Yield the fields that sensitive values go into: the fields of a build are digests of several keys each."""
    bare = (name for name, given in as_map(declaration.values.get("build.args")).items() if given is None)
    places = declaration.sensitive
    of_build = any(place.startswith("build.") for place in places) or request.secrets
    if of_build or not declaration.sensitive_variables.isdisjoint(bare):
        yield from GUESSABLE
    if is_sensitive("tag", places) or is_sensitive("tags", places):
        yield from NAMES


def _name_claims(names: Iterable[str], values: Mapping[str, Value]) -> Iterator[ExclusiveClaim]:
    tags = values.get("tags")
    listed = [familiar(str(tag)) for tag in tags] if isinstance(tags, tuple) else []
    for name in names:
        path = ("tags", listed.index(name)) if name in listed else ("tag",)
        yield ExclusiveClaim(f'image name "{name}"', path=path)


def _base_ref(declaration: Declaration, base: str) -> Ref:
    """Return a reference to the workflow's image with a base's name; any other base is referred to by that name."""
    for key, values in declaration.entries_of("image").items():
        if key != declaration.key and familiar(base) in names_of_entry(declaration.workflow, key, values):
            return Ref(Address("image", key))
    return Ref(Address("image", familiar(base)))


def needs(resource: Resource) -> Iterator[Requirement]:
    """Yield the keys that a build sets, and the instructions of its Dockerfile that not every builder supports."""
    settings = resource.settings
    if not isinstance(settings, BuildSettings):
        return
    build = settings.build
    yield from (row for row in BUILD_SETTINGS if row.name in settings.given)
    for line, words in build.dockerfile.needs_buildkit:
        yield Need(f"{words} at line {line} of {build.dockerfile.name}", needs_feature=Feature.BUILDKIT)
