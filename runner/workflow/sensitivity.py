"""Where an entry is sensitive: from paths of a document to fields and their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runner.core.diagnostic import Diagnostic, Severity
from runner.core.secret_text import LARGEST, is_masked_in_texts
from runner.core.sensitive import Places, has_sensitive_keys, row_of_sensitive_key, with_sensitive_keys
from runner.core.state import Resource
from runner.core.values import Value, as_map
from runner.document.document import Document, Path
from runner.document.variables import SHORT, SHORT_HELP
from runner.resource.codec import Invalid
from runner.resource.field import Field, Setting
from runner.workflow.path_set import PathSet

if TYPE_CHECKING:
    from runner.core.codes import Code


def sensitive_places(document: Document, sensitive: PathSet, row: Field | Setting, place: Path) -> Iterator[str]:
    """Yield the parts of a row's value, at `place` in the document, that a sensitive variable goes into.

    That is the whole row if it has no keys, or if the key can't be determined.
    """
    within = {path[len(place)] if len(path) > len(place) else None for path in sensitive.at_or_below(place)}
    if not within:
        return
    text, masked = document.textual(place), document.masked(place)
    for step in within:
        keys = _keys(row, _alone(text, step))
        if not keys:
            yield row.name
        elif keys == _keys(row, _alone(masked, step)):
            yield from (f"{row.name}.{key}" for key in keys)
        else:
            yield with_sensitive_keys(row.name)


def _alone(raw: Any, step: str | int | None) -> Any:
    """Return a collection with only the item at a step."""
    if isinstance(raw, list) and isinstance(step, int):
        return [raw[step]]
    return {step: raw[step]} if isinstance(raw, Mapping) and isinstance(step, str) else raw


def _keys(row: Field | Setting, raw: Any) -> frozenset[str]:
    """Return the keys that a part of a keyed row is parsed to; empty if it is invalid, or has no keys."""
    if not isinstance(row, Field) or not row.merged_by_key:
        return frozenset()
    try:
        value: Value = row.codec.parse(raw)
    except Invalid:
        return frozenset()
    return frozenset(value) if isinstance(value, Mapping) else frozenset()


def settled_places(declared: Places, resource: Resource) -> Places:
    """Return an entry's sensitive places as they are in a resource: for a key that it lacks, the whole field."""
    if not declared and not resource.sensitive_places:
        return declared
    places = frozenset(_settled(place, resource) for place in declared) | resource.sensitive_places
    return frozenset(place for place in places if has_sensitive_keys(place) or not row_of_sensitive_key(place, places))


def _settled(place: str, resource: Resource) -> str:
    if place in resource.fields or has_sensitive_keys(place):
        return place
    for name, value in resource.fields.items():
        if place.startswith(f"{name}.") and place.removeprefix(f"{name}.") not in as_map(value):
            return name
    return place


def unmaskable_secrets(resources: Iterable[Resource]) -> Iterator[Diagnostic]:
    """Warn of secrets that can't be masked wherever they appear: binary, too large, or too short to mask safely.

    The field itself is always masked by its place.
    """
    for resource in resources:
        for secret in resource.sensitive:
            for code, what, help in _obstacles(secret):
                message = f"{resource.address} is {what}"
                yield Diagnostic(code, message, resource.span, help, severity=Severity.WARNING)


def _obstacles(secret: str) -> Iterator[tuple[Code, str, str]]:
    if len(secret) > LARGEST:
        help = f"only its first {LARGEST // 1024**2} MiB are masked in logs and messages"
        yield "large-secret", "too large to be masked completely", help
    elif not is_masked_in_texts(secret):
        if all(map(str.isprintable, secret.split())):
            yield SHORT, "too short to be masked in logs and messages", SHORT_HELP
        else:
            yield "unreadable-secret", "not text, so it cannot be masked", "keep it out of logs"
