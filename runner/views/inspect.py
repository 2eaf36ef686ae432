"""The description of one resource: tables for people, the same values as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from runner.core.inspection import Description, Memory, Row, Size, Table
from runner.core.serialize import FORMAT_VERSION, JSON, JSONObject, to_plain
from runner.core.values import Value, is_empty
from runner.views.formatting import memory, short_ids, size
from runner.views.lines import Line, aligned, indented
from runner.views.text_width import cells, cut, printable, shares

_NONE: Final = "-"
_INDENT: Final = 2
_GAP: Final = 2
_LEAST: Final = 20


def description_lines(address: str, description: Description, width: int | None = None) -> Iterator[Line]:
    """Yield the address, the facts, and every table that has rows; values are truncated to fit `width` cells."""
    yield (("title", address),)
    facts = [[_words(name), _text(value)] for name, value in description.facts.items() if not is_empty(value)]
    yield from indented(aligned(_fitted(facts, width)), _INDENT)
    for table in description.tables:
        if table.rows:
            yield ()
            yield (("title", table.name),)
            titles: list[Line] = [(("quiet", _words(column).upper()),) for column in table.columns]
            texts = [[_text(row.get(column)) for column in table.columns] for row in table.rows]
            shown = [[first, *map(short_ids, others)] for first, *others in texts]
            yield from indented(aligned([titles, *_fitted(shown, width)]), _INDENT)
    for hint in description.hints:
        yield ()
        yield (("help", "hint: "), ("", printable(hint)))


def description_json(address: str, description: Description) -> JSONObject:
    """Return the whole description, sizes in bytes; tables with a key column are maps by that key."""
    tables: JSONObject = {table.name: _table_json(table) for table in description.tables}
    facts = {name: to_plain(value) for name, value in description.facts.items()}
    hints: list[JSON] = [*description.hints]
    return {"format_version": FORMAT_VERSION, "address": address, **facts, **tables, "hints": hints}


def _table_json(table: Table) -> JSON:
    others = [column for column in table.columns if column != table.key]
    if not table.key:
        return [_row_json(row, others) for row in table.rows]
    if len(others) == 1:
        return {str(row[table.key]): to_plain(row.get(others[0])) for row in table.rows}
    return {str(row[table.key]): _row_json(row, others) for row in table.rows}


def _row_json(row: Row, columns: list[str]) -> JSONObject:
    return {column: to_plain(row.get(column)) for column in columns}


def _fitted(rows: list[list[str]], width: int | None) -> list[list[Line]]:
    """Truncate all but the first column to fit the rows into `width` cells, as far as that column leaves room."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    room = None if width is None else width - _INDENT - sum(widths[:1]) - _GAP * len(widths[1:])
    most = widths[1:] if room is None else shares(widths[1:], max(room, _LEAST * len(widths[1:])))
    return [
        [(("name", first),), *((("", cut(text, most[at])),) for at, text in enumerate(others))]
        for first, *others in rows
    ]


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
        case "":
            return '""'
        case tuple():
            return ", ".join(map(_text, value)) or _NONE
        case Mapping():
            return ", ".join(f"{key}={_text(item)}" for key, item in value.items()) or _NONE
    return printable(str(value).replace("\n", " ")) or _NONE
