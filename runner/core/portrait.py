"""One live thing described in full: tables of plain values, with what is worth knowing about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from runner.core.values import Value


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


@dataclass(frozen=True, slots=True)
class Portrait:
    """A thing by its own facts, then table by table; `hints` are sentences."""

    facts: Mapping[str, Value]
    tables: tuple[Table, ...] = ()
    hints: tuple[str, ...] = ()


def keyed(name: str, key: str, columns: tuple[str, ...], rows: Mapping[str, Row]) -> Table:
    """Make a table whose rows have names."""
    return Table(name, (key, *columns), tuple({key: name, **row} for name, row in rows.items()), key)
