"""What the keys of the language require of an engine: one implementation for plans and for `doctor`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from runner.core.engine import Engine, Feature
from runner.core.struct import Struct
from runner.core.values import Value, is_decimal

if TYPE_CHECKING:
    from runner.core.codes import Code


class SubRequirement(Struct, kw_only=True):
    """A key inside a row's value, such as one of an attachment, that requires more than the row does."""

    name: str
    used: Callable[[Value], bool]
    """Tells whether a value of the row uses it."""
    needs_api: str = ""
    needs_feature: Feature | None = None


_WITHOUT_KERNEL = (
    "is not supported by the engine's kernel or cgroups",
    "remove it, or use an engine on another kernel",
)
_WITHOUT = {
    Feature.BUILDKIT: ("needs BuildKit, which this engine does not have", "remove it, or use a Docker engine"),
    Feature.STORAGE_OPTIONS: (
        "needs a storage driver with size limits, such as overlay2 on xfs with pquota",
        "remove it, or configure the engine with one",
    ),
}
"""Reason and help for features that don't come from the kernel."""


class Requirement(Protocol):
    """A row, or a part of one."""

    @property
    def name(self) -> str: ...
    @property
    def needs_api(self) -> str: ...
    @property
    def needs_feature(self) -> Feature | None: ...


class Need(Struct):
    """An engine requirement of something that isn't a key, such as an instruction of a Dockerfile."""

    name: str
    needs_api: str = ""
    needs_feature: Feature | None = None


class Unsupported(Struct):
    """Why an engine can't honour a key; `reason` completes a sentence that starts with the key's name."""

    key: str
    code: Code
    reason: str
    help: str


def unsupported(keys: Iterable[Requirement], engine: Engine) -> Iterator[Unsupported]:
    """Yield what an engine would silently ignore; a capability that it doesn't report is assumed."""
    keys_without = engine.capabilities.unsupported_keys
    for key in keys:
        if key.name in keys_without:
            yield Unsupported(key.name, "engine-cannot", keys_without[key.name], "remove it, or use a Docker engine")
        elif key.needs_api and not api_at_least(engine, key.needs_api):
            reason = f"needs version {key.needs_api} of the engine's API; this one has {engine.api_version}"
            yield Unsupported(key.name, "engine-too-old", reason, "remove it, or use a newer engine")
        elif key.needs_feature and not engine.capabilities.has(key.needs_feature):
            yield Unsupported(key.name, "engine-cannot", *_WITHOUT.get(key.needs_feature, _WITHOUT_KERNEL))


def api_at_least(engine: Engine, version: str) -> bool:
    """Tell whether an engine supports an API version.

    >>> api_at_least(Engine("Docker", "20.10", "1.41", "linux", "amd64"), "1.9")
    True
    """
    return _numbers(engine.api_version) >= _numbers(version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if is_decimal(part))
