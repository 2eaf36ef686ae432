"""The names that containers get without one of their own, and those that they have for a while."""

from __future__ import annotations

from runner.core.address import Address

NEW, OLD = ".new", ".old"
"""The name suffixes of the two containers during a replacement."""
STARTING = ".starting"
"""The name suffix of a container whose post_start hooks aren't done yet."""


def default_name(workflow: str, address: Address) -> str:
    """Return the name of a container that has no `name` in the file.

    >>> default_name("shop", Address("container", "web", 2))
    'shop-web-2'
    """
    return f"{workflow}-{address.name}-{address.index}"


def suffix_of(name: str) -> str:
    """Return the suffix of a name that a container has only for a while; empty for any other.

    >>> suffix_of("db.old"), suffix_of("db")
    ('.old', '')
    """
    return next((suffix for suffix in (NEW, OLD, STARTING) if name.endswith(suffix)), "")
