"""Names of what a swarm has. They can't be changed, so a new version of something gets a name of its own."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

from runner.core.hashes import sha256
from runner.core.lazy_pattern import lazy_pattern
from runner.core.values import is_decimal

LONGEST: Final = 63
"""Of networks and services, which are looked up by name; secrets and configs may have one letter more."""
_FOR_A_NUMBER: Final = 4
_DIGITS: Final = 12
_VALID: Final = lazy_pattern(r"[a-zA-Z0-9]([-_]*[a-zA-Z0-9])*")
_ELSE: Final = lazy_pattern(r"[^a-zA-Z0-9_-]+")


def is_valid(name: str) -> bool:
    """Tell whether a swarm takes a name of a network or a service.

    >>> [is_valid(name) for name in ("shop_front", "shop_a.b", "shop_", "x" * 64)]
    [True, False, False, False]
    """
    return len(name) <= LONGEST and _VALID.fullmatch(name) is not None


def fitting(name: str, longest: int = LONGEST) -> str:
    """Return a name that a swarm takes, with room for a number: if need be shortened, with a digest of the whole.

    >>> fitting("shop_front"), fitting("shop_a.b")
    ('shop_front', 'shop_a-b-5e5e47561b0e')
    """
    room = longest - _FOR_A_NUMBER
    if is_valid(name) and len(name) <= room:
        return name
    digest = sha256(name.encode()).hexdigest()[:_DIGITS]
    return f"{_ELSE.sub('-', name)[: room - 1 - _DIGITS].rstrip('-_')}-{digest}"


def numbered(base: str) -> Iterator[str]:
    """Yield a name, and the same with a number: the names of its versions."""
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def free_name(base: str, taken: Container[str]) -> str:
    """Return the first of the names of versions that isn't taken.

    >>> free_name("shop_front", {"shop_front", "shop_front-2"})
    'shop_front-3'
    """
    return next(name for name in numbered(base) if name not in taken)


def is_version(name: str, base: str) -> bool:
    """Tell whether a name is that of a version.

    >>> is_version("shop_front-2", "shop_front"), is_version("shop_front-end", "shop_front")
    (True, False)
    """
    number = name.removeprefix(f"{base}-")
    return name == base or (number != name and is_decimal(number))
