"""Conversion between engine JSON and a resource's values, driven by the tables alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runner.core.address import Address
from runner.core.health import Health
from runner.core.state import Applied, FieldValues, ObservedResource
from runner.core.traits import Traits
from runner.core.values import Value
from runner.resource.engine_json import Body
from runner.resource.field import DefaultSources, Field
from runner.resource.labels import PROTECT, read_applied, read_file, read_needs, read_sensitive


def encode(rows: Iterable[Field], values: FieldValues) -> Body:
    """Write every set value into a create body in inspect form; references must be resolved."""
    body: Body = {}
    for row in rows:
        if row.name in values:
            row.bind.write(values[row.name], body)  # type: ignore[arg-type]
    return body


def decode(rows: Iterable[Field], document: Mapping[str, Any], applied: Applied) -> Mapping[str, Value]:
    """Read every row's value from an inspect document; `applied` is what was last applied."""
    return {row.name: applied.get(row.name) if row.is_remembered else row.bind.read(document) for row in rows}


def read_observed(
    rows: Iterable[Field],
    document: Mapping[str, Any],
    *,
    address: Address,
    id: str,
    name: str,
    labels: Mapping[str, str],
    layers: DefaultSources,
    attributes: Mapping[str, str] | None = None,
    traits: Traits | None = None,
    health: Health | None = None,
) -> ObservedResource:
    """Read every row of a table from an inspect document; `labels` record what was last applied."""
    rows, known = tuple(rows), read_applied(labels)
    defaults = {row.name: row.default(row.bind, layers) for row in rows if row.name in known}
    return ObservedResource(
        address=address,
        id=id,
        engine_name=name,
        fields=decode(rows, document, known),
        applied=known,
        defaults=defaults,
        attributes=attributes or {"id": id},
        traits=traits or Traits(),
        protected=labels.get(PROTECT) == "true",
        recorded_dependencies=read_needs(labels),
        sensitive_places=read_sensitive(labels),
        file=read_file(labels),
        health=health,
    )
