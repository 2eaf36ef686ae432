"""One live thing described in full: tables of plain values, with what is worth knowing about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from runner.core.sensitive import MASK, Places, is_sensitive, row_of_sensitive_key
from runner.core.values import Value

_USER = "user"
"""The column that names who uses a thing, by its address."""


class Size(int):
    """A number of bytes that are kept or sent, as registries count them."""


class Memory(int):
    """A number of bytes of memory, as limits count them."""


Row: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of the same columns; what a row hasn't got is left out of it.

    `key` is the column that tells the rows apart, if there is one.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    key: str = ""
    places: tuple[str, ...] = ("",)
    """What may come before the key in a row's place among the fields of the thing, as in "networks.", or all of it."""


@dataclass(frozen=True, slots=True)
class Description:
    """A thing by its own facts, then table by table; `hints` are sentences."""

    facts: Mapping[str, Value]
    tables: tuple[Table, ...] = ()
    hints: tuple[str, ...] = ()


def table_from(name: str, key: str, columns: tuple[str, ...], rows: Mapping[str, Row], place: str = "") -> Table:
    """Make a table whose rows have names; `place` comes before them in their places among the fields."""
    return Table(name, (key, *columns), tuple({key: name, **row} for name, row in rows.items()), key, (place,))


def masked(description: Description, places: Places) -> Description:
    """Return a portrait without what is sensitive by its place."""
    tables = tuple(
        replace(table, rows=tuple(_masked_row(table, row, places) for row in table.rows))
        for table in description.tables
    )
    facts = {name: MASK if is_sensitive(name, places) else fact for name, fact in description.facts.items()}
    return replace(description, facts=facts, tables=tables)


def _masked_row(table: Table, row: Row, places: Places) -> Row:
    key = "key" if "key" in row else table.key or table.columns[0]
    paths = [path for place in table.places for path in (place, f"{place}{row.get(key)}") if is_sensitive(path, places)]
    if not paths:
        return row
    field = row_of_sensitive_key(paths[0], places)
    own = row[key] if field is None else MASK if table.places != ("",) else f"{field}.{MASK}"
    return {column: own if column == key else value if column == _USER else MASK for column, value in row.items()}
