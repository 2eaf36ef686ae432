"""What was secret before: known to nobody but the engine, which has it where its record says that it is sensitive."""

from __future__ import annotations

from runner.core.sensitive import texts_at
from runner.core.state import DesiredState, ObservedState


def live_secrets(observed: ObservedState, desired: DesiredState | None = None) -> frozenset[str]:
    """Return the texts that live things have where they are sensitive, on record or as they are declared."""
    found: set[str] = set()
    for one in (*observed.resources.values(), *observed.leftovers):
        declared = desired.resources.get(one.address) if desired else None
        places = (one.sensitive_places or frozenset()) | (declared.sensitive_places if declared else frozenset())
        found |= texts_at(places, one.fields)
    return frozenset(found)
