"""One live thing in full: tables for people, the same values as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from runner.core.portrait import Memory, Portrait, Row, Size, Table
from runner.core.values import Value, is_empty
from runner.core.wire import FORMAT_VERSION, JSON, JSONObject, plain
from runner.views.lines import Line, aligned, indented
from runner.views.measure import cut, printable
from runner.views.words import memory, short_ids, size

_NONE: Final = "-"
_FACT: Final = "fact"
_INDENT: Final = 2


def portrait_lines(address: str, portrait: Portrait, width: int | None = None) -> Iterator[Line]:
    """Yield the thing by its address, its facts, and every table that has rows; values are cut to `width` cells."""
    yield (("title", address),)
    facts = ({_FACT: _words(name), "value": value} for name, value in portrait.facts.items() if not is_empty(value))
    yield from indented(aligned([_cells(row, (_FACT, "value"), width) for row in facts]), _INDENT)
    for table in portrait.tables:
        if table.rows:
            yield ()
            yield (("title", table.name),)
            titles: list[Line] = [(("quiet", _words(column).upper()),) for column in table.columns]
            rows = [_cells(row, table.columns, width) for row in table.rows]
            yield from indented(aligned([titles, *rows]), _INDENT)
    for hint in portrait.hints:
        yield ()
        yield (("help", "hint: "), ("", printable(hint)))


def portrait_json(address: str, portrait: Portrait) -> JSONObject:
    """Return all of it, with whole numbers of bytes; rows that have a key by that key."""
    tables: JSONObject = {table.name: _table_json(table) for table in portrait.tables}
    facts = {name: plain(value) for name, value in portrait.facts.items()}
    hints: list[JSON] = [*portrait.hints]
    return {"format_version": FORMAT_VERSION, "address": address, **facts, **tables, "hints": hints}


def _table_json(table: Table) -> JSON:
    others = [column for column in table.columns if column != table.key]
    if not table.key:
        return [_row_json(row, others) for row in table.rows]
    if len(others) == 1:
        return {str(row[table.key]): plain(row.get(others[0])) for row in table.rows}
    return {str(row[table.key]): _row_json(row, others) for row in table.rows}


def _row_json(row: Row, columns: list[str]) -> JSONObject:
    return {column: plain(row.get(column)) for column in columns}


def _cells(row: Row, columns: tuple[str, ...], width: int | None) -> list[Line]:
    first, *others = columns
    room = max(width // len(others or columns) - _INDENT, 20) if width else None
    texts = [_text(row.get(column)) for column in others]
    texts = texts if first == _FACT else [*map(short_ids, texts)]
    return [(("name", _text(row[first])),), *((("", cut(text, room) if room else text),) for text in texts)]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _text(value: Value) -> str:
    match value:
        case Size():
            return size(value)
        case Memory():
            return memory(value)
        case bool():
            return "yes" if value else "no"
        case None:
            return _NONE
        case tuple():
            return ", ".join(map(_text, value)) or _NONE
        case Mapping():
            return ", ".join(f"{key}={_text(item)}" for key, item in value.items()) or _NONE
    return printable(str(value).replace("\n", " ")) or _NONE
