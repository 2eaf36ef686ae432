"""The description of a secret or config as it is declared: on the engine it is only in the containers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.core.inspection import Description, Row, Size, Table
from runner.core.state import DesiredState, Resource
from runner.core.values import Digest, as_map
from runner.kinds.container.granted_files import GRANTED
from runner.kinds.container.settings import ProcessSettings
from runner.kinds.secret_config import CONTENT, ContentSettings

_MOST_LINES: Final = 20


def describe_content(resource: Resource, desired: DesiredState) -> Description:
    """Describe a secret or config; of a secret neither the content nor a digest, by which it could be guessed."""
    content = resource.settings_as(ContentSettings).content
    is_secret = CONTENT in resource.sensitive_places
    digest = {} if is_secret else {"digest": Digest.of_bytes(content).text}
    lines = () if is_secret else tuple(_lines(content))
    more = len(content.splitlines()) - len(lines) if lines else 0
    return Description(
        {"size": Size(len(content)), **digest},
        (
            Table("files", ("user", "path", "mode"), tuple(_users(resource, content, desired))),
            Table("content", ("line",), lines[:_MOST_LINES]),
        ),
        hints=(f"and {more} more lines",) if more > 0 else (),
    )


def _lines(content: bytes) -> Iterator[Row]:
    """Yield the first lines of a text; none of binary content."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return
    yield from ({"line": line} for line in text.splitlines()[:_MOST_LINES])


def _users(resource: Resource, content: bytes, desired: DesiredState) -> Iterator[Row]:
    """Yield what is granted this content as a file, with its path there."""
    key = next(key for key, kind in GRANTED.items() if kind == resource.address.kind)
    for user in desired.resources.values():
        if isinstance(user.settings, ProcessSettings):
            paths = as_map(user.fields.get(key))
            for file in user.settings.granted_files:
                if file.path in paths and file.content == content:
                    yield {"user": str(user.address), "path": file.path, "mode": f"{file.mode:04o}"}
