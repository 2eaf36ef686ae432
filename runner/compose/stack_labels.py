"""The label that `docker stack deploy` puts on what it creates, for what runner creates from the same file on a swarm.

With it `docker stack ls`, `ps`, `services` and `rm` know the project, as do web pages that show stacks.
"""

from __future__ import annotations

from typing import Final

from runner.core.state import DesiredState
from runner.core.struct import replace
from runner.resource.compose_labels import STACK

_OF_STACKS: Final = frozenset({"container", "job", "network", "secret", "config"})


def with_stack_labels(desired: DesiredState) -> DesiredState:
    """Give what a desired state declares the label of a stack with the workflow's name."""
    labels = {STACK: desired.workflow}
    resources = {
        address: replace(one, creation_labels=labels) if address.kind in _OF_STACKS and not one.external else one
        for address, one in desired.resources.items()
    }
    return replace(desired, resources=resources)
