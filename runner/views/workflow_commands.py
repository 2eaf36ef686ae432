"""Commands of GitHub Actions, as lines of the log: groups that fold, and findings that show up beside the file."""

from __future__ import annotations

import os
from collections.abc import Iterator

from runner.core.diagnostic import Diagnostic
from runner.core.event import CheckFinished, Transition
from runner.core.phrase import shortened
from runner.core.sanitize import on_one_line
from runner.core.span import Span
from runner.core.values import is_decimal

END_OF_GROUP = "::endgroup::"


def group(title: str) -> str:
    """Begin a group.

    >>> group("Plan for a%b")
    '::group::Plan for a%25b'
    """
    return f"::group::{_data(title)}"


def finding(found: Diagnostic, root: str = "") -> str:
    """Annotate the place of a finding; `root` is the folder of the repository.

    >>> finding(Diagnostic("unknown-key", "a\\n::b", help="c"))
    '::error title=unknown-key::a ::b%0Ahelp: c'
    """
    help = f"help: {shortened(found.help)}" if found.help else ""
    place = _place(found.span, root) if found.span else {}
    return _annotation(found.severity.value, {**place, "title": found.code}, (shortened(found.message), help))


def failure(event: Transition | CheckFinished, root: str = "") -> str:
    """Annotate what failed, at its place in the file if that is known."""
    place = _parsed(event.place, root) if isinstance(event, Transition) and event.place else {}
    help = f"help: {event.help}" if event.help else ""
    return _annotation("error", {**place, "title": f"{event.address} failed"}, (event.cause or "failed", help))


def error(message: str, help: str | None) -> str:
    """Annotate an error without a place."""
    return _annotation("error", {"title": "runner"}, (message, f"help: {help}" if help else ""))


def _annotation(severity: str, properties: dict[str, str], lines: tuple[str, ...]) -> str:
    named = ",".join(f"{name}={_property(text)}" for name, text in properties.items())
    return f"::{severity} {named}::{'%0A'.join(_data(line) for line in lines if line)}"


def _place(span: Span, root: str) -> dict[str, str]:
    return {"file": _relative(span.file, root), "line": str(span.start.line), "col": str(span.start.column)}


def _parsed(place: str, root: str) -> dict[str, str]:
    """Return the properties for FILE:LINE:COLUMN."""
    file, line, column = place.rsplit(":", 2) if place.count(":") > 1 else (place, "", "")
    named: Iterator[tuple[str, str]] = zip(("line", "col"), (line, column), strict=True)
    return {"file": _relative(file, root), **{name: text for name, text in named if is_decimal(text)}}


def _relative(file: str, root: str) -> str:
    """Return a path as the repository has it: files are named from the current folder."""
    path = os.path.abspath(file)  # noqa: PTH100 - removes ".."
    inside = root and os.path.commonpath((root, path)) == root
    return os.path.relpath(path, root) if inside else file


def _data(text: str) -> str:
    return on_one_line(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
