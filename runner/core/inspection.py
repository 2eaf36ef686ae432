"""The full description of a live resource: tables of plain values, with hints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from runner.core.sensitive import MASK, Places, is_sensitive, row_of_sensitive_key
from runner.core.struct import Struct, replace
from runner.core.values import Value

_USER = "user"
"""The column with the addresses of a resource's users."""


class Size(int):
    """A number of bytes stored or transferred, in decimal units."""


class Memory(int):
    """A number of bytes of memory, in binary units."""


Row: TypeAlias = Mapping[str, Value]


class Table(Struct):
    """Rows with common columns; a row leaves out what it doesn't have.

    `key` is the column that identifies the rows, if there is one.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    key: str = ""
    places: tuple[str, ...] = ("",)
    """Possible prefixes of the key in a row's path among the resource's fields, as in "networks."; or the full path."""


class Description(Struct):
    """A resource's own facts, then table by table; `hints` are sentences."""

    facts: Mapping[str, Value]
    tables: tuple[Table, ...] = ()
    hints: tuple[str, ...] = ()


def table_from(name: str, key: str, columns: tuple[str, ...], rows: Mapping[str, Row], place: str = "") -> Table:
    """Make a table of named rows; `place` is the prefix of their paths among the fields."""
    return Table(name, (key, *columns), tuple({key: name, **row} for name, row in rows.items()), key, (place,))


def masked(description: Description, places: Places) -> Description:
    """Return a description with its sensitive paths redacted."""
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
