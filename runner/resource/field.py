"""A field: one key of the language with everything that is to be known about it, in one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runner.core.plan import Effect, Reason
from runner.core.state import Engine
from runner.core.values import Value, is_empty
from runner.resource.codec import Codec
from runner.resource.engine_json import STORED_IN_LABEL, Binding
from runner.resource.requirements import Requirement, SubRequirement


@dataclass(frozen=True, slots=True)
class DefaultSources:
    """What lies under a field that nobody sets: the image's config in inspect's shape, then the engine."""

    image: Mapping[str, Any]
    engine: Engine


@dataclass(frozen=True, slots=True)
class Default:
    """What a field is when nobody sets it; `whose` and `usual` say it in words."""

    find: Callable[[Binding, DefaultSources], Value]
    source: str = ""
    """What decides it: the image or the engine; without either it is always the usual one."""
    value: Value = None

    def __call__(self, binding: Binding, layers: DefaultSources) -> Value:
        """Find it for one resource."""
        return self.find(binding, layers)


def constant(value: Value) -> Default:
    """Make the default of a field that is always the same when unset."""
    return Default(lambda _binding, _layers: value, value=value)


def from_image(find: Callable[[Binding, DefaultSources], Value]) -> Default:
    """Make the default of a field that the image fills in, in a way of its own."""
    return Default(find, source="image")


def from_engine(fact: str, otherwise: Value) -> Default:
    """Make the default of a field that the engine's own configuration fills in."""
    return Default(
        lambda _binding, layers: layers.engine.capabilities.get(fact, otherwise), source="engine", value=otherwise
    )


def _takes_any(_value: Value, _engine: Engine) -> str | None:
    return None


NO_DEFAULT = constant(None)
FROM_IMAGE = from_image(lambda binding, layers: binding.read(layers.image))


def equal(desired: Value, live: Value) -> bool:
    """Compare strictly, but take all ways of saying "nothing" for one."""
    return desired == live or (is_empty(desired) and is_empty(live))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A key whose value lives on the engine and is compared there.

    A *keyed* field is a map whose entries are managed one by one: what others put beside them is
    not drift, unless the field is *exclusive*.
    """

    name: str
    """The key in the language, dotted where it is nested: "limits.memory"."""
    codec: Codec
    doc: str
    examples: tuple[Any, Any]
    """Two different values as the file would have them."""
    bind: Binding
    default: Default = NO_DEFAULT
    equals: Callable[[Value, Value], bool] = equal
    equals_after_edit: Callable[[Value, Value], bool] | None = None
    """Compares when the file asks for something else than was last set: then what it asks no longer counts too."""
    on_change: Effect = Effect.REPLACE
    """What another value costs."""
    on_unset: Effect = Effect.REPLACE
    """What going back to the default costs."""
    merged_by_key: bool = False
    exclusive: bool = False
    needs_api: str = ""
    """The lowest version of the engine's API that honours it."""
    needs_fact: str = ""
    """The fact of the engine without which it ignores it."""
    made_from: str = ""
    """The field from which engines make this one where it isn't given: it tells what that one is."""
    parts: tuple[SubRequirement, ...] = ()
    """Keys inside of its value that need more."""
    reject: Callable[[Value, Engine], str | None] = _takes_any
    """Tells what an engine that honours it has against one value; the reason reads on from the value."""
    config_reason: Reason = Reason.CONFIG
    """Why it differs from the engine when it isn't what was last set."""
    drift_reason: Reason = Reason.DRIFT
    """Why it differs from the engine when it is."""

    @property
    def is_remembered(self) -> bool:
        """True when nothing of it can be read from the engine, and what was last set is kept as it is."""
        return self.bind is STORED_IN_LABEL

    @property
    def keys(self) -> tuple[Requirement, ...]:
        """Everything about it that may need something of the engine."""
        return (self, *self.parts)

    def keys_of(self, value: Value) -> tuple[Requirement, ...]:
        """Return what of it one value makes use of; the usual value asks nothing of any engine."""
        row = () if self._is_usual(value) else (self,)
        return (*row, *(part for part in self.parts if part.used(value)))

    def _is_usual(self, value: Value) -> bool:
        return not self.default.source and equal(value, self.default.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A key that decides what runner does and that the engine never sees as such."""

    name: str
    codec: Codec
    doc: str
    examples: tuple[Any, ...] = field(default=())
    cost: str = ""
    """What another value costs, in words, where it costs anything."""
    required: bool = False
    needs_api: str = ""
    """The lowest version of the engine's API that honours it."""
    needs_fact: str = ""
    """The fact of the engine without which it ignores it."""

    @property
    def keys(self) -> tuple[Requirement, ...]:
        """Everything about it that may need something of the engine."""
        return (self,)
