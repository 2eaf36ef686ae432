"""Former secrets: known only from the engine, at the paths recorded there as sensitive."""

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
    from runner.resource.orchestrator import GrantedTexts


def learn_former(redactor: Redactor, observed: ObservedState, desired: DesiredState | None = None) -> None:
    """Mask the live values at sensitive paths, recorded or declared."""
    secrets, found = redactor.secrets, set[str]()
    for one, places in _live_places(observed, desired):
        found |= texts_at(places, one.fields, _declared(one, desired), secrets)
    redactor.learn(frozenset(found))


def learn_written(
    redactor: Redactor, gateway: Gateway, observed: ObservedState, desired: DesiredState | None, granted: GrantedTexts
) -> list[EngineError]:
    """Mask what resources created with former values may output: those values, and the content of their granted files.

    Returns an error for each content that can't be known.
    """
    learn_former(redactor, observed, desired)
    found, errors = set[str](), []
    for one, places in _live_places(observed, desired):
        if _declared(one, desired) is None:
            found |= texts_at(places, one.fields, {})  # any item of a list may be the secret
        for text in granted(gateway, one, places, desired):
            if isinstance(text, EngineError):
                errors.append(text)
            else:
                found.add(text)
    redactor.learn(frozenset(found))
    return errors


def _live_places(observed: ObservedState, desired: DesiredState | None) -> Iterator[tuple[ObservedResource, Places]]:
    """Yield live resources with their sensitive paths, recorded or declared."""
    for one in (*observed.resources.values(), *observed.abandoned):
        declared = desired.resources.get(one.address) if desired else None
        yield one, (one.sensitive_places or frozenset()) | (declared.sensitive_places if declared else frozenset())


def _declared(one: ObservedResource, desired: DesiredState | None) -> dict[str, Value] | None:
    """Return the declared fields of a resource that are already known; None if it isn't declared."""
    resource = desired.resources.get(one.address) if desired else None
    if resource is None:
        return None
    return {name: value for name, value in resource.fields.items() if not isinstance(value, Ref | Marker)}
