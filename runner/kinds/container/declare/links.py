"""Links: names by which a container reaches others. Engines have them only as aliases, for all on a network.

A link makes an order, and an alias of its target on each network that both join. It is declared at the container that
wants it, and carried out at the one that is reached: so each entry looks through the links of all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runner.core.address import Address
from runner.core.state import Condition, Dependency
from runner.core.struct import Struct
from runner.core.values import Value, as_map
from runner.kinds.container.declare.networks import joined_names
from runner.resource.codec import Codec, Invalid
from runner.resource.declaration import Declaration
from runner.resource.scalars import SCALAR_SCHEMA

_USERS = ("container", "job")
"""The kinds that may have links."""
_EXAMPLE = "write KEY or KEY:ALIAS, such as db:database"


def _parse(raw: Any) -> Value:
    """Parse a list of links as (key, alias) pairs."""
    return tuple(_parse_one(index, str(item)) for index, item in enumerate(raw))


def _parse_one(index: int, text: str) -> tuple[str, str]:
    key, colon, alias = text.partition(":")
    if not key or (colon and not alias) or ":" in alias or any(map(str.isspace, text)):
        raise Invalid(f'not a link: "{text}"', path=(index,), help=_EXAMPLE)
    return key, alias or key


LINKS = Codec({"type": "array", "items": SCALAR_SCHEMA}, "a list of containers, each as KEY or KEY:ALIAS", _parse)


class Link(Struct):
    """One link: who has it, at which place of its list, and by what name it reaches which container."""

    user: str
    index: int
    key: str
    alias: str
    networks: tuple[str, ...]
    """The keys of the networks that both join."""


def links_of(user: str, values: Mapping[str, Value], targets: Mapping[str, Mapping[str, Value]]) -> Iterator[Link]:
    """Yield the links of an entry, `targets` being all containers; those to nothing, and to itself, join no network."""
    given = values.get("links")
    own = joined_names(values)
    for index, pair in enumerate(given if isinstance(given, tuple) else ()):
        assert isinstance(pair, tuple)
        key, alias = map(str, pair)
        theirs = joined_names(targets[key]) if key in targets and key != user else ()
        yield Link(user, index, key, alias, tuple(name for name in own if name in theirs))


def linked_aliases(declaration: Declaration, network: str) -> tuple[str, ...]:
    """Return the aliases that links of other entries give a container on a network, by its key."""
    if declaration.key not in declaration.entries_of("container"):
        return ()
    return tuple(_given(declaration, declaration.key, network))


def _given(declaration: Declaration, key: str, network: str) -> Iterator[str]:
    """Yield the aliases that links give a container on a network."""
    containers = declaration.entries_of("container")
    for kind in _USERS:
        for user, values in declaration.entries_with(kind, "links").items():
            for link in links_of(user, values, containers):
                if link.key == key and network in link.networks:
                    yield link.alias


def link_dependencies(declaration: Declaration) -> Iterator[Dependency]:
    """Yield the order that links make, where depends_on says nothing; report and warn of what differs from links."""
    containers, ordered = declaration.entries_of("container"), as_map(declaration.values.get("depends_on"))
    for link in links_of(declaration.key, declaration.values, containers):
        place = ("links", link.index)
        if link.key == declaration.key:
            declaration.report(Invalid(f"{link.key} is linked to itself", path=place, help="remove the link"))
            continue
        if link.key in containers:
            _examine(declaration, link, containers)
        if link.key not in ordered:
            replicas = containers.get(link.key, {}).get("replicas", 1)
            for number in range(1, max(replicas if isinstance(replicas, int) else 1, 1) + 1):
                if replicas:
                    yield Dependency(Address("container", link.key, number), Condition.STARTED, path=place)


def _examine(declaration: Declaration, link: Link, containers: Mapping[str, Mapping[str, Value]]) -> None:
    """Report an alias that others have, too, and warn of one that others see, and of a link that leads nowhere."""
    place = ("links", link.index)
    if not link.networks:
        message, help = f"the link to {link.key} has no effect: they have no network in common", "join one of its"
        declaration.warn(Invalid(message, path=place, help=f"{help} networks", code="shared-link"))
        return
    added = [name for name in link.networks if link.alias not in _declared(link.key, containers[link.key], name)]
    for network in added:
        for other in _others_called(declaration, link, network):
            message = f'"{link.alias}" would be both {link.key} and {other} on network "{network}"'
            help = "a name is the same for all on a network: use another alias"
            declaration.report(Invalid(message, path=place, help=help))
            return
    if added:
        listed = ", ".join(f'"{name}"' for name in added)
        message = f'{link.key} is "{link.alias}" to all containers on network {listed}, not only to {link.user}'
        help = f"if that is meant, declare the alias under networks of {link.key}"
        declaration.warn(Invalid(message, path=place, help=help, code="shared-link"))


def _others_called(declaration: Declaration, link: Link, network: str) -> Iterator[str]:
    """Yield the other containers that have the alias of a link on a network, too."""
    for key, values in declaration.entries_of("container").items():
        if key == link.key or network not in joined_names(values):
            continue
        if link.alias in (*_declared(key, values, network), *_given(declaration, key, network)):
            yield key


def _declared(key: str, values: Mapping[str, Value], network: str) -> tuple[Value, ...]:
    """Return the names that a container declares for a network, its key among them."""
    aliases = as_map(as_map(values.get("networks")).get(network)).get("aliases")
    return (key, *(aliases if isinstance(aliases, tuple) else ()))
