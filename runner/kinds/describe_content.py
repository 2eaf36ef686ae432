"""The description of a secret or config as it is declared: on the engine it is only in the containers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.core.inspection import Description, Row, Size, Table
from runner.core.state import DesiredState
from runner.core.values import Digest, Value, as_map
from runner.kinds.container.settings import ProcessSettings

_MOST_LINES: Final = 20


def describe_content(content: bytes, section: str, desired: DesiredState, *, is_sensitive: bool) -> Description:
    """Describe an entry of a section; if it is sensitive, without its text and without a digest to guess it by."""
    facts: dict[str, Value] = {"size": Size(len(content))}
    if not is_sensitive:
        facts["digest"] = Digest.of_bytes(content).text
    table, hints = content_table(b"" if is_sensitive else content)
    users = Table("files", ("user", "path", "mode"), tuple(_users(content, section, desired)))
    return Description(facts, (users, table), hints=hints)


def content_table(content: bytes) -> tuple[Table, tuple[str, ...]]:
    """Return the first lines of a text, and a hint if there are more."""
    lines = _lines(content)
    more = len(lines) - _MOST_LINES
    table = Table("content", ("line",), tuple({"line": line} for line in lines[:_MOST_LINES]))
    return table, (f"and {more} more lines",) if more > 0 else ()


def _lines(content: bytes) -> list[str]:
    """Return the lines of a text; none of binary content."""
    try:
        return content.decode().splitlines()
    except UnicodeDecodeError:
        return []


def _users(content: bytes, section: str, desired: DesiredState) -> Iterator[Row]:
    """Yield what is granted this content as a file, with its path there."""
    for user in desired.resources.values():
        if isinstance(user.settings, ProcessSettings):
            paths = as_map(user.fields.get(section))
            for file in user.settings.granted_files:
                if file.path in paths and file.content == content:
                    yield {"user": str(user.address), "path": file.path, "mode": f"{file.mode:04o}"}
