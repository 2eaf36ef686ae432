"""What was secret before: known to nobody but the engine, which has it where its record says that it is sensitive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runner.core.errors import EngineError
from runner.core.sensitive import Places, texts_at
from runner.core.state import DesiredState, ObservedResource, ObservedState, Ref
from runner.core.values import Marker, Value

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.redact import Redactor


def learn_former(redactor: Redactor, observed: ObservedState, desired: DesiredState | None = None) -> None:
    """Have masked what live things have where they are sensitive, on record or as they are declared."""
    secrets, found = redactor.secrets, set[str]()
    for one, places in _live_places(observed, desired):
        found |= texts_at(places, one.fields, _declared(one, desired), secrets)
    redactor.learn(frozenset(found))


def learn_written(
    redactor: Redactor, gateway: Gateway, observed: ObservedState, desired: DesiredState | None
) -> list[EngineError]:
    """Have masked what things may write that were made with former values: these, and the files that they were given.

    Returns why some of those can't be read.
    """
    from runner.kinds.container.granted_files import granted_paths, granted_text

    learn_former(redactor, observed, desired)
    found, errors = set[str](), []
    for one, places in _live_places(observed, desired):
        if _declared(one, desired) is None:
            found |= texts_at(places, one.fields, {})  # any word of a list may be the secret one
        for path in granted_paths(places):
            try:
                found.add(granted_text(gateway, one, path))
            except EngineError as error:
                errors.append(error)
    redactor.learn(frozenset(found))
    return errors


def _live_places(observed: ObservedState, desired: DesiredState | None) -> Iterator[tuple[ObservedResource, Places]]:
    """Yield live things with the places at which they are sensitive, on record or as they are declared."""
    for one in (*observed.resources.values(), *observed.abandoned):
        declared = desired.resources.get(one.address) if desired else None
        yield one, (one.sensitive_places or frozenset()) | (declared.sensitive_places if declared else frozenset())


def _declared(one: ObservedResource, desired: DesiredState | None) -> dict[str, Value] | None:
    """Return the fields that the file gives a thing, as far as they are known by now; None where it isn't declared."""
    resource = desired.resources.get(one.address) if desired else None
    if resource is None:
        return None
    return {name: value for name, value in resource.fields.items() if not isinstance(value, Ref | Marker)}
