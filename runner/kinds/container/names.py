"""The names of containers on the engine: their own ones, those by default, and those that they have for a while."""

from __future__ import annotations

from collections.abc import Sequence

from runner.core.address import Address
from runner.kinds.shared.named_resource import ENGINE_NAME
from runner.resource.codec import Invalid
from runner.resource.declaration import Declaration
from runner.resource.field import Setting
from runner.resource.service_binding import OF_RUNNER

NEW, OLD = ".new", ".old"
"""The name suffixes of the two containers during a replacement."""
STARTING = ".starting"
"""The name suffix of a container whose post_start hooks aren't done yet."""

NAME = Setting(
    name="name",
    codec=ENGINE_NAME,
    doc="Its name on the engine, for one that has no replicas; default: WORKFLOW-KEY-1.",
    examples=("shop-db", "db"),
    cost="in place",
    service=OF_RUNNER,
)


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


def engine_names(kind: str, declaration: Declaration, replicas: int) -> Sequence[str]:
    """Return the name of each replica; report one that several would have, or that is needed while one is replaced."""
    if "name" not in declaration.values:
        addresses = (Address(kind, declaration.key, index) for index in range(1, replicas + 1))
        return [default_name(declaration.workflow, address) for address in addresses]
    name = str(declaration.values["name"])
    if replicas > 1:
        help = "omit name, or declare one entry for each, with an anchor and <<"
        declaration.report(Invalid(f'{replicas} replicas cannot share the name "{name}"', path=("name",), help=help))
    if suffix_of(name):
        help = f"names that end in {NEW}, {OLD} or {STARTING} are for containers that are being replaced or started"
        declaration.report(Invalid(f'name "{name}" is reserved', path=("name",), help=help, code="wrong-value"))
    return [name] * replicas
