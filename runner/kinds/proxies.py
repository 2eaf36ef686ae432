"""The docker client's proxies in containers and builds: passed on outside all fields, so that changes don't count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from runner.core.sensitive import Places
from runner.core.state import FieldValues, Resource
from runner.core.struct import replace
from runner.core.task import Task
from runner.core.values import as_map

_VARIABLES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "FTP_PROXY", "ALL_PROXY")
_NAMES: Final = frozenset((*_VARIABLES, *map(str.lower, _VARIABLES)))


def proxies_for(task: Task, fields: FieldValues) -> Mapping[str, str]:
    """Return the proxy variables that a container gets in addition to those of the file."""
    own = as_map(fields.get("environment"))
    return {name: value for name, value in task.proxies.items() if name not in own}


def is_proxy(name: str) -> bool:
    """Tell whether a variable is one of those that docker clients pass on."""
    return name in _NAMES


def with_proxy_places(resource: Resource, live: Mapping[str, object]) -> Resource:
    """Return a resource with those of its `live` variables as sensitive that are proxies, and not from the file."""
    own = as_map(resource.fields.get("environment"))
    places: Places = frozenset(f"environment.{name}" for name in (_NAMES & live.keys()) - own.keys())
    return replace(resource, sensitive_places=resource.sensitive_places | places) if places else resource
