"""Secrets whose content nobody can tell, as it was before a change: what tasks wrote of it can't be masked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from runner.core.errors import EngineError
from runner.core.lazy_pattern import lazy_pattern
from runner.core.state import Ref, Resource
from runner.core.values import Digest, Marker, Value
from runner.kinds.container.granted_files import granted_paths
from runner.kinds.secret_config import CONTENT
from runner.kinds.swarm.secret_config.content import DIGITS
from runner.kinds.swarm.versions import labels_of
from runner.resource.labels import owned_address, read_applied

if TYPE_CHECKING:
    from runner.core.gateway import Gateway
    from runner.core.sensitive import Places
    from runner.core.state import DesiredState, ObservedResource

_VERSION: Final = lazy_pattern(rf".+-[0-9a-f]{{{DIGITS}}}(-[0-9]+)?")
"""What secrets of runner's are called."""


def unknown_secrets(
    gateway: Gateway, service: ObservedResource, places: Places, desired: DesiredState | None
) -> Iterator[EngineError]:
    """Yield an error for each secret of runner's that tasks of a service have or had, and that isn't declared."""
    if not granted_paths(places):
        return
    known = frozenset(_known(gateway, desired))
    for name in sorted(_granted(gateway, service.id) - known):
        if _VERSION.fullmatch(name):
            yield EngineError(f"{service.address} had the secret {name}, and a swarm shows what is in none")


def _known(gateway: Gateway, desired: DesiredState | None) -> Iterator[str]:
    """Yield the names of the secrets that have what is declared, and of those that aren't runner's."""
    for document in gateway.swarm.secrets.list():
        labels = labels_of(document)
        recorded = read_applied(labels).get(CONTENT)
        address = owned_address(labels, desired.workflow) if desired else None
        declared = desired.resources.get(address) if desired and address else None
        if recorded is None or (declared and _has(declared, recorded)):
            yield str(document["Spec"]["Name"])


def _has(declared: Resource, recorded: Value) -> bool:
    content = declared.fields[CONTENT]
    return not isinstance(content, Ref | Marker) and Digest(str(recorded)).matches(content)


def _granted(gateway: Gateway, service: str) -> frozenset[str]:
    """Return the names of the secrets that tasks of a service have or had."""
    specs = (task["Spec"].get("ContainerSpec") or {} for task in gateway.swarm.tasks.of_service(service))
    return frozenset(str(secret["SecretName"]) for spec in specs for secret in spec.get("Secrets") or ())
