"""A field: one key of the language, with everything known about it in one table row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from runner.core.engine import Capabilities, Engine, Feature
from runner.core.plan import Effect, Reason
from runner.core.struct import Struct, field
from runner.core.values import Value, is_empty
from runner.resource.codec import Codec, Invalid
from runner.resource.engine_json import STORED_IN_LABEL, Binding
from runner.resource.requirements import Requirement, SubRequirement
from runner.resource.service_binding import Late, ServiceBinding


class DefaultSources(Struct):
    """The sources of the default of an unset field: the image's config in inspect form, then the engine."""

    image: Mapping[str, Any]
    engine: Engine


class Default(Struct):
    """A field's value when unset; `source` and `value` describe it."""

    find: Callable[[Binding, DefaultSources], Value]
    source: str = ""
    """Where it comes from: the image or the engine; if empty, it is always `value`."""
    value: Value = None

    def __call__(self, binding: Binding, layers: DefaultSources) -> Value:
        """Resolve the default for one resource."""
        return self.find(binding, layers)


def constant(value: Value) -> Default:
    """Make a constant default."""
    return Default(lambda _binding, _layers: value, value=value)


def from_image(find: Callable[[Binding, DefaultSources], Value]) -> Default:
    """Make a default that the image provides, read by a custom function."""
    return Default(find, source="image")


def from_engine(find: Callable[[Capabilities], Value], usual: Value) -> Default:
    """Make a default that the engine's own configuration provides; `usual` is what it is where nobody changed it."""
    return Default(lambda _binding, layers: find(layers.engine.capabilities), source="engine", value=usual)


def takes_any(_value: Value, _engine: Engine) -> str | None:
    """Reject nothing."""
    return None


NO_DEFAULT = constant(None)
FROM_IMAGE = from_image(lambda binding, layers: binding.read(layers.image))


def equal(desired: Value, live: Value) -> bool:
    """Compare strictly, but treat all empty values as equal."""
    return desired == live or (is_empty(desired) and is_empty(live))


class Field(Struct, kw_only=True):
    """A key whose value is set on the engine and compared there.

    A *keyed* field is a map whose entries are managed one by one: entries that others add are not drift, unless the
    field is *exclusive*.
    """

    name: str
    """The key in the language, dotted if nested: "limits.memory"."""
    codec: Codec
    doc: str
    examples: tuple[Any, Any]
    """Two different values, as written in the file."""
    bind: Binding
    default: Default = NO_DEFAULT
    equals: Callable[[Value, Value], bool] = equal
    equals_after_edit: Callable[[Value, Value], bool] | None = None
    """Also compares once the file differs from what was last applied: then values it no longer asks for count too."""
    on_change: Effect = Effect.REPLACE
    """Cost of changing the value."""
    on_unset: Effect = Effect.REPLACE
    """Cost of going back to the default."""
    merged_by_key: bool = False
    exclusive: bool = False
    needs_api: str = ""
    """The minimum API version that honours it."""
    needs_feature: Feature | None = None
    """The capability without which the engine ignores it."""
    is_digest: bool = False
    """True if its value, or that of each entry, stands for content by its digest."""
    made_from: str = ""
    """The field from which engines derive this one when unset: its value reveals that one's."""
    parts: tuple[SubRequirement, ...] = ()
    """Keys inside its value with requirements of their own."""
    reject: Callable[[Value, Engine], str | None] = takes_any
    """Returns why an engine that honours the field rejects one value; the reason completes a sentence after it."""
    config_reason: Reason = Reason.CONFIG
    """Why it differs from the engine when the file has changed since it was last applied."""
    drift_reason: Reason = Reason.DRIFT
    """Why it differs from the engine when the file has not changed since."""
    service: ServiceBinding | Late | None = None
    """What becomes of it on a swarm, as `service_of` tells; None for rows of kinds that aren't services there."""

    @property
    def is_remembered(self) -> bool:
        """True if it can't be read back from the engine, so that the last applied value is stored as is."""
        return self.bind is STORED_IN_LABEL

    @property
    def keys(self) -> tuple[Requirement, ...]:
        """Everything about it that may have engine requirements."""
        return (self, *self.parts)

    def keys_of(self, value: Value) -> tuple[Requirement, ...]:
        """Return the requirements of one value; the default value requires nothing of any engine."""
        row = () if self._is_usual(value) else (self,)
        return (*row, *(part for part in self.parts if part.used(value))) if self.parts else row

    def _is_usual(self, value: Value) -> bool:
        return not self.default.source and equal(value, self.default.value)


class Setting(Struct, kw_only=True):
    """A key that controls runner and that the engine never sees as such."""

    name: str
    codec: Codec
    doc: str
    examples: tuple[Any, ...] = field(default=())
    cost: str = ""
    """Cost of changing the value, in words, if there is any."""
    required: bool = False
    needs_api: str = ""
    """The minimum API version that honours it."""
    needs_feature: Feature | None = None
    """The capability without which the engine ignores it."""
    service: ServiceBinding | Late | None = None
    """What becomes of it on a swarm, as `service_of` tells; None for rows of kinds that aren't services there."""
    swarm_only: bool = False
    """True if it means nothing on a single engine."""

    @property
    def keys(self) -> tuple[Requirement, ...]:
        """Everything about it that may have engine requirements."""
        return (self,)


def swarm_only(rows: Iterable[Field | Setting], values: Mapping[str, Value]) -> Iterator[Invalid]:
    """Yield an error for each key that means nothing on a single engine."""
    for row in rows:
        if isinstance(row, Setting) and row.swarm_only and row.name in values:
            message, help = f'"{row.name}" is for swarms only', "omit it, or set engine: swarm"
            yield Invalid(message, path=tuple(row.name.split(".")), help=help, code="swarm-only")
