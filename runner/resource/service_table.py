"""The table of a service, made from rows of the language: each with what it is in a service's spec."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from runner.core.plan import Effect
from runner.core.state import FieldValues
from runner.core.struct import replace
from runner.core.values import Value
from runner.resource.codec import Invalid
from runner.resource.engine_json import STORED_IN_LABEL, Binding
from runner.resource.field import Field, Setting, constant, takes_any
from runner.resource.service_binding import InService, NotInService, service_of


def for_service(rows: Iterable[Field | Setting], *, on_change: Effect | None = None) -> tuple[Field, ...]:
    """Return the fields of a service: the rows that its spec has a place for.

    `on_change` is what each change costs, if that is the same for all of them.
    """
    found = ((row, service_of(row)) for row in rows)
    return tuple(
        _field(row, service, on_change or service.on_change) for row, service in found if isinstance(service, InService)
    )


def settings_for_service(rows: Iterable[Field | Setting]) -> tuple[Setting, ...]:
    """Return what a file may say, but no spec has: what runner itself obeys, and what is to be refused."""
    return tuple(_setting(row) for row in rows if not isinstance(service_of(row), InService))


def _field(row: Field | Setting, service: InService, effect: Effect) -> Field:
    base = row if isinstance(row, Field) else _as_field(row, service)
    return replace(
        base,
        codec=row.codec if service.show is None else replace(row.codec, show=service.show),
        bind=_with_default(service),
        default=constant(service.default),
        equals=service.equals or base.equals,
        equals_after_edit=None,
        on_change=effect,
        on_unset=effect,
        exclusive=base.merged_by_key,  # nothing but a client adds to a spec
        needs_api=service.needs_api,
        needs_feature=None,
        is_digest=base.is_digest and service.bind is STORED_IN_LABEL,
        made_from="",
        parts=service.parts,
        reject=takes_any,
    )


def _with_default(service: InService) -> Binding:
    """Return the binding of a row, with the default for what a spec doesn't have."""
    bind, default = service.bind, service.default
    if default is None:
        return bind

    def read(spec: Mapping[str, Any]) -> Value:
        found = bind.read(spec)
        return default if found is None else found

    return Binding(bind.write, read, bind.path)


def _as_field(row: Setting, service: InService) -> Field:
    return Field(
        name=row.name,
        codec=row.codec,
        doc=row.doc,
        examples=(row.examples[0], row.examples[-1]),
        bind=service.bind,
        merged_by_key=service.merged_by_key,
        service=service,
    )


def _setting(row: Field | Setting) -> Setting:
    if isinstance(row, Setting):
        return row
    return Setting(name=row.name, codec=row.codec, doc=row.doc, examples=row.examples, service=row.service)


def written_together(rows: Sequence[Field], changed: Iterable[Field]) -> tuple[Field, ...]:
    """Return the changed rows and those that lie at the same place of a spec, such as volumes and tmpfs.

    To unset one of them removes all: they are to be written anew together.
    """
    names = {row.name for row in changed}
    places = {row.bind.path for row in rows if row.name in names and row.bind.path}
    return tuple(row for row in rows if row.name in names or row.bind.path in places)


def refusals(
    rows: Iterable[Field | Setting], values: Mapping[str, Value], fields: FieldValues | None = None
) -> Iterator[Invalid]:
    """Yield an error for each value that no service can have, with its path from the entry.

    `fields` has what was made of the entry's values, where that is more than the file says.
    """
    made = fields or {}
    for row in rows:
        service = service_of(row)
        path = tuple(row.name.split("."))
        if row.name in values and isinstance(service, NotInService):
            message = f'"{row.name}" {service.reason}'
            yield Invalid(message, path=path, help=service.help, code="swarm-cannot")
        elif isinstance(service, InService) and (row.name in values or row.name in made):
            value = made.get(row.name, values.get(row.name))
            for invalid in service.refuse(value, values):  # type: ignore[arg-type]
                yield Invalid(invalid.message, path=(*path, *invalid.path), help=invalid.help, code="swarm-cannot")
