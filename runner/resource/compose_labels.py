"""The labels by which Docker Compose knows what it created, as release 2.40.3 writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from runner.core.address import Address
from runner.core.state import Ref, Resource
from runner.core.values import is_decimal
from runner.resource.labels import label_text

PREFIX: Final = "com.docker.compose."
PROJECT: Final = f"{PREFIX}project"
SERVICE: Final = f"{PREFIX}service"
NUMBER: Final = f"{PREFIX}container-number"
"""The number of a replica, from 1; others may be missing, since Compose removes any of them."""
ONE_OFF: Final = f"{PREFIX}oneoff"
"""`True` on what `docker compose run` created."""
NETWORK: Final = f"{PREFIX}network"
VOLUME: Final = f"{PREFIX}volume"
CONFIG_HASH: Final = f"{PREFIX}config-hash"
IMAGE: Final = f"{PREFIX}image"
"""The id of a container's image."""
DEPENDS_ON: Final = f"{PREFIX}depends_on"
FOLDER: Final = f"{PREFIX}project.working_dir"
FILES: Final = f"{PREFIX}project.config_files"
VERSION: Final = f"{PREFIX}version"

STACK_PREFIX: Final = "com.docker.stack."
"""What the labels of `docker stack deploy` begin with."""
STACK: Final = f"{STACK_PREFIX}namespace"

_SAYS_WHAT: Final = (PROJECT, SERVICE, ONE_OFF, NETWORK, VOLUME)
"""The labels that say what something is; which replica of it is another question."""


def is_what(labels: Mapping[str, str], resource: Resource) -> bool:
    """Return whether labels are those of a declared resource, or of a replica of it."""
    said = {name: text for name, text in resource.creation_labels.items() if name in _SAYS_WHAT}
    return bool(said) and all(labels.get(name) == text for name, text in said.items())


def is_unchanged(labels: Mapping[str, str], resource: Resource, attribute: Callable[[Ref], str]) -> bool:
    """Return whether something was made from the same declaration as a resource: Compose's hash of both is equal.

    `attribute` resolves a reference; LookupError if the engine has nothing that it refers to yet.
    """
    found, wanted = labels.get(CONFIG_HASH), resource.creation_labels.get(CONFIG_HASH)
    try:
        return found is not None and wanted is not None and found == label_text(wanted, attribute)
    except LookupError:
        return False


def projects(resources: Iterable[Resource]) -> set[str]:
    """Return the names of the Compose projects that resources belong to: one at most, usually."""
    found = (resource.creation_labels.get(PROJECT) for resource in resources)
    return {name for name in found if isinstance(name, str)}


def match(found: Mapping[str, Mapping[str, str]], wanted: Iterable[Resource]) -> dict[str, Address]:
    """Return which declared replica each of the found ones is, by id; `found` has the labels of each.

    Each is the replica of its own number, or else, in order, one that no other is.
    """
    matched: dict[str, Address] = {}
    for replicas in _by_what(wanted):
        mine = sorted((_number(labels), id) for id, labels in found.items() if is_what(labels, replicas[0]))
        free = {int(replica.address.index): replica.address for replica in replicas}
        left = []
        for number, id in mine:
            if number in free:
                matched[id] = free.pop(number)
            else:
                left.append(id)
        matched |= dict(zip(left, (free[number] for number in sorted(free)), strict=False))
    return matched


def _by_what(resources: Iterable[Resource]) -> Iterator[list[Resource]]:
    groups: dict[str, list[Resource]] = {}
    for resource in resources:
        if PROJECT in resource.creation_labels:
            groups.setdefault(resource.address.name, []).append(resource)
    return iter(groups.values())


def _number(labels: Mapping[str, str]) -> int:
    text = labels.get(NUMBER, "")
    return int(text) if is_decimal(text) else 0
