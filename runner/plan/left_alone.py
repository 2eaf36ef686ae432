"""What a workflow owns and leaves alone, since a part of its file is switched off, such as a profile of Compose."""

from __future__ import annotations

from runner.core.address import Address
from runner.core.state import DesiredState, ObservedResource, ObservedState


def left_alone(desired: DesiredState | None, observed: ObservedState) -> dict[Address, ObservedResource]:
    """Return the live resources of entries that are switched off, and what they use of other kinds, declared or not.

    What they depend on of their own kind is another part of the program: whether it stays is for the file to say.
    """
    if not desired or not desired.left_alone:
        return {}
    owned = {address: one for address, one in observed.resources.items() if one.owned}
    found: set[Address] = set()
    pending = [
        one for one in owned if one not in desired.resources and Address(one.kind, one.name) in desired.left_alone
    ]
    while pending:
        address = pending.pop()
        if address not in found:
            found.add(address)
            needs = owned[address].recorded_dependencies
            pending += (need for need in needs if need in owned and need.kind != address.kind)
    return {address: one for address, one in owned.items() if address in found}
