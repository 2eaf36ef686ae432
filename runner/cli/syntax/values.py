"""The values of options and arguments that have a syntax of their own; ValueError, with what to show, for others."""

from __future__ import annotations

from typing import Any

_SECOND = 1_000_000_000

TEMPLATES = {
    "web": "a web page, built from a folder, on a local port, with limits and a check",
    "app": "an app, a database that only it reaches, and a migration that runs before it",
    "proxy": "several services behind a proxy, replaced without losing a request",
    "batch": "jobs that wait for each other, and run again only when something changes",
}
"""The starters, by name."""

CI_SERVICES = ("github", "gitlab")
"""The CI services that starters have an example for."""


def duration(value: Any) -> float:
    """Parse a duration in the syntax of workflow files, in seconds."""
    from runner.resource.codec import Invalid
    from runner.resource.scalars import parse_duration

    try:
        return parse_duration(value) / _SECOND
    except Invalid as invalid:
        raise ValueError(f"{invalid.message}; {invalid.help}") from invalid


def duration_above_zero(value: Any) -> float:
    """Parse a duration that is not zero, in seconds."""
    seconds = duration(value)
    if seconds <= 0:
        raise ValueError("must be greater than zero, such as 30s")
    return seconds


def moment(value: str) -> int:
    """Parse a time: a duration before now, or a date with an optional time, local unless it has an offset.

    In nanoseconds since 1970.
    """
    import time
    from datetime import datetime

    from runner.resource.codec import Invalid
    from runner.resource.scalars import parse_duration

    try:
        return time.time_ns() - parse_duration(value)
    except Invalid:
        pass
    try:
        return int(datetime.fromisoformat(value).astimezone().timestamp() * _SECOND)
    except (ValueError, OverflowError) as error:
        raise ValueError(f'invalid time: "{value}"; write 10m, 2026-01-31 or 2026-01-31T14:30:00Z') from error


def pattern(value: str) -> Any:
    """Compile a regular expression; for a malformed one, raise ValueError with its fault and where that is."""
    from runner.core.regex import InvalidRegex, Regex

    try:
        return Regex.compile(value)
    except InvalidRegex as invalid:
        _, _, part = str(invalid).partition(": ")
        at = value.find(part) if part else -1
        where = f" at character {at + 1}" if at >= 0 else ""
        raise ValueError(f'invalid regular expression "{value}"{where}: {invalid}; {invalid.help}') from invalid


def template(value: str) -> str:
    """Return a valid template name; for an unknown one, raise ValueError with the list of all."""
    if value not in TEMPLATES:
        raise ValueError(f'no such template "{value}"; available:\n{list_of_templates("  ")}')
    return value


def list_of_templates(indent: str = "") -> str:
    """Return a line for each template."""
    width = max(map(len, TEMPLATES))
    return "\n".join(f"{indent}{name:{width}}  {what}" for name, what in TEMPLATES.items())
