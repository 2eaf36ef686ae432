"""What is sensitive in a container because of something else: what it is granted, joins, mounts, or takes over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runner.core.address import Address
from runner.core.sensitive import Places, is_sensitive, with_sensitive_keys
from runner.core.state import FieldValue, Resource
from runner.core.values import as_map
from runner.kinds.container.declare.environment import secret_variables
from runner.kinds.container.granted_files import GRANTED
from runner.kinds.container.options.hooks import HOOK_KEYS
from runner.resource.declaration import Declaration


def derived_places(declaration: Declaration, fields: Mapping[str, FieldValue], networks: Iterable[Resource]) -> Places:
    """Return the sensitive places that don't follow from the entry's own values."""
    found = {
        *_made_from(declaration),
        *_granted(declaration),
        *_mounted(declaration),
        *_taken_over(declaration, fields),
        *_in_hooks(declaration),
        *(f"environment.{name}" for name in secret_variables(declaration)),
    }
    if any(is_sensitive("name", network.sensitive_places) for network in networks):
        found.add(with_sensitive_keys("networks"))  # the keys are the networks' names on the engine
    return frozenset(found)


def _made_from(declaration: Declaration) -> Iterator[str]:
    """Yield the image if its names are sensitive: the engine keeps the name that a container was created with."""
    image = declaration.declared.get(Address("image", str(declaration.values.get("image"))))
    if image is not None and is_sensitive("names", image.sensitive_places):
        yield "image"


def _in_hooks(declaration: Declaration) -> Iterator[str]:
    """Yield the keys of hooks that take a sensitive variable over from the caller."""
    if not declaration.values.keys().isdisjoint(HOOK_KEYS):
        from runner.kinds.container.declare.hooks import sensitive_hooks

        yield from sensitive_hooks(declaration)


def _granted(declaration: Declaration) -> Iterator[str]:
    for key, kind in GRANTED.items():
        for target, grant in as_map(declaration.values.get(key)).items():
            source = declaration.declared.get(Address(kind, str(as_map(grant)["source"])))
            if source is not None and source.sensitive_places:
                yield f"{key}.{target}"


def _mounted(declaration: Declaration) -> Iterator[str]:
    for target, mount in as_map(declaration.values.get("volumes")).items():
        source = declaration.declared.get(Address("volume", str(as_map(mount).get("source"))))
        if source is not None and is_sensitive("name", source.sensitive_places):
            yield f"volumes.{target}"
        image = declaration.declared.get(Address("image", str(as_map(mount).get("source"))))
        if as_map(mount)["type"] == "image" and image is not None and is_sensitive("names", image.sensitive_places):
            yield f"volumes.{target}"


def _taken_over(declaration: Declaration, fields: Mapping[str, FieldValue]) -> Iterator[str]:
    """Yield variables taken from the caller or from an env file under the name of a sensitive variable."""
    own = as_map(declaration.values.get("environment"))
    for name in as_map(fields.get("environment")):
        if name in declaration.sensitive_variables and own.get(name) is None:
            yield f"environment.{name}"
