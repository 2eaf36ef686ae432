"""From an entry under `images` to a resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runner.core.address import Address
from runner.core.build import BuildRequest
from runner.core.state import Claim, Dependency, Ref, Resource
from runner.core.values import Value
from runner.kinds.image.fingerprint import of_request
from runner.resource.codec import Invalid
from runner.resource.kind import Declaration
from runner.resource.reference import familiar, is_reference

BUILD_ONLY = ("tag", "tags")
REFERENCE_ONLY = ("pull",)


def declare(declaration: Declaration) -> Iterable[Resource]:
    """Make the resource of one entry: to build, or to pull."""
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
            declaration.report(Invalid(f'"{name}" does not go with "{other}"', path=(name,)))
    if built:
        yield from _declare_build(declaration)
    else:
        yield pulled(declaration.key, str(values["reference"]), str(values.get("pull", "missing")))


def pulled(key: str, reference: str, pull: str = "missing", *, shared: bool = False) -> Resource:
    """Make the resource of an image that a registry has."""
    name = familiar(reference)
    return Resource(
        address=Address("image", key),
        engine_name=name,
        settings={"reference": name, "pull": pull},
        external=pull == "never",
        shared=shared,
    )


def built_name(workflow: str, key: str, values: Mapping[str, Value]) -> str:
    """Return the first name of a built image."""
    return familiar(str(values.get("tag") or f"{workflow}-{key}"))


def _names(workflow: str, key: str, values: Mapping[str, Value]) -> tuple[str, ...]:
    more = values.get("tags")
    first = built_name(workflow, key, values)
    return tuple(dict.fromkeys((first, *(familiar(str(tag)) for tag in (more if isinstance(more, tuple) else ())))))


def _declare_build(declaration: Declaration) -> Iterable[Resource]:
    workflow, key, values = declaration.workflow, declaration.key, declaration.values
    names = _names(workflow, key, values)
    if not is_reference(names[0]):
        help = "image names are lower case; give it one with tag:"
        declaration.report(Invalid(f'cannot name an image "{names[0]}"', help=help))
        return
    request = _request(declaration)
    if request is None:
        return
    bases = {base: _base_ref(declaration, base) for base in request.dockerfile.bases}
    parts = of_request(request, bases="").values()
    del parts["build.bases"]
    declared = {other.address for base, other in bases.items() if other.address.name in declaration.siblings}
    yield Resource(
        address=Address("image", key),
        engine_name=names[0],
        fields={**parts, "names": names},
        settings={"build": request, "bases": bases},
        depends_on=tuple(Dependency(address) for address in sorted(declared)),
        claims=tuple(_name_claims(names, values)),
    )


def _name_claims(names: Iterable[str], values: Mapping[str, Value]) -> Iterator[Claim]:
    tags = values.get("tags")
    listed = [familiar(str(tag)) for tag in tags] if isinstance(tags, tuple) else []
    for name in names:
        path = ("tags", listed.index(name)) if name in listed else ("tag",)
        yield Claim(f'image name "{name}"', path=path)


def _base_ref(declaration: Declaration, base: str) -> Ref:
    """Find the image of the workflow that bears a base's name; any other base is called by its own."""
    for key, values in declaration.siblings.items():
        if key != declaration.key and familiar(base) in _names(declaration.workflow, key, values):
            return Ref(Address("image", key))
    return Ref(Address("image", familiar(base)))


def _request(declaration: Declaration) -> BuildRequest | None:
    """Read the files of a build; what can't be read is reported."""
    values, inputs = declaration.values, declaration.inputs
    context = str(values.get("build.context") or ".")
    name, inline, target = (_text(values.get(f"build.{key}")) for key in ("dockerfile", "dockerfile_inline", "target"))
    if name and inline:
        help = "give the path or the text, not both"
        declaration.report(Invalid("two Dockerfiles", path=("build", "dockerfile_inline"), help=help))
    try:
        args = _arguments(declaration)
        dockerfile = inputs.dockerfile(context, name, inline, args, target)
        return BuildRequest(
            context=inputs.context(context, None if inline else dockerfile.name),
            dockerfile=dockerfile,
            target=target,
            args=args,
            labels=_map(values.get("build.labels")),
        )
    except Invalid as invalid:
        declaration.report(invalid.within("build"))
        return None


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _map(value: Value) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _arguments(declaration: Declaration) -> dict[str, str | None]:
    args = _map(declaration.values.get("build.args"))
    return {name: declaration.inputs.variable(name) if text is None else text for name, text in args.items()}
