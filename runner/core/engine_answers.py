"""What engines answer and are given: values that the protocols of the gateway share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from runner.core.struct import Struct

EngineJSON: TypeAlias = Mapping[str, Any]


HARMLESS_ACTIONS: Final = ("exec_", "attach", "detach", "resize", "top")
"""What the actions of events begin with that change nothing about a container, as the execs of a healthcheck."""


class EngineEvent(Struct):
    """An engine event: the object's type and id, and the action as the engine names it."""

    type: str
    action: str
    id: str
    attributes: Mapping[str, str]


class FileToCopy(Struct):
    """A file to write into a container: path, content, permission bits and owner."""

    path: str
    content: bytes
    mode: int
    owner: tuple[int, int]
    """Numeric user and group ids."""


class ExecResult(Struct):
    """Exit code of a program run in a container, with its stdout and stderr."""

    code: int
    output: bytes
    errors: bytes


class RegistryImage(Struct):
    """What a registry has under a name: one digest, and the platforms it is built for."""

    digest: str
    platforms: tuple[str, ...] = ()


class TimestampedLine(Struct):
    """A log line of a container, with its timestamp: nanoseconds since 1970, by the engine's clock."""

    moment: int
    line: str
