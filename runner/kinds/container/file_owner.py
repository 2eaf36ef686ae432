"""The owner of the files granted to a container: the user that it runs as, by number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runner.core.errors import NotFound, StepFailed
from runner.core.values import is_decimal

if TYPE_CHECKING:
    from runner.core.gateway import Gateway

ROOT = (0, 0)


def resolve_user(gateway: Gateway, container: str) -> tuple[int, int]:
    """Return uid and gid of a container, looked up in its own files, as the engine does at start.

    StepFailed if these files lack the name.
    """
    user, _, group = str(gateway.containers.inspect(container)["Config"].get("User") or "").partition(":")
    if user in ("", "0", "root") and not group:
        return ROOT
    if is_decimal(user) and is_decimal(group):
        return int(user), int(group)
    number, own_group = _look_up(gateway, container, "/etc/passwd", user)
    return number, _look_up(gateway, container, "/etc/group", group)[0] if group else own_group


def _look_up(gateway: Gateway, container: str, file: str, name: str) -> tuple[int, int]:
    """Return the id of a user or group, and the number in the next field: for a user, its primary group."""
    for entry in _entries(gateway, container, file):
        if name in (entry[0], entry[2]):
            return int(entry[2]), int(entry[3]) if is_decimal(entry[3]) else 0
    if is_decimal(name):
        return int(name), 0
    raise StepFailed(
        f'has no "{name}" in {file}', help="use numeric uid and gid for its secrets and configs", code="user-missing"
    )


def _entries(gateway: Gateway, container: str, file: str) -> Iterator[list[str]]:
    try:
        text = gateway.containers.get_file(container, file).decode(errors="replace")
    except NotFound:
        return
    for line in text.split("\n"):
        entry = line.split(":")
        if len(entry) >= 4 and is_decimal(entry[2]):
            yield entry
