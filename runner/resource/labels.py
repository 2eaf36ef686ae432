"""The labels by which runner identifies what it owns, and records what it applied."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from runner.core.address import Address
from runner.core.decode import decode_hint, decode_texts
from runner.core.hashes import sha256
from runner.core.sanitize import on_one_line
from runner.core.sensitive import Places, is_sensitive, with_sensitive_keys
from runner.core.state import Applied, FieldValue, LateText, Ref, Resource, resolved
from runner.core.struct import replace
from runner.core.values import Digest, Marker, Value
from runner.resource.codec import Invalid
from runner.resource.collections import MAP, parse_map
from runner.resource.field import Field

PREFIX = "runner."
WORKFLOW = "runner.workflow"
ADDRESS = "runner.address"
APPLIED = "runner.applied"
NEEDS = "runner.needs"
SENSITIVE = "runner.sensitive"
"""On everything that runner creates: the sensitive places."""
PROTECT = "runner.protect"
VERSION = "runner.version"
FILE = "runner.file"
"""The workflow file that created or last changed a resource, HOST:PATH. Never compared, so it causes no change."""
REPLACES = "runner.replaces"
"""On what was created in place of another one: that one's id."""
ANONYMOUS = "runner.anonymous"
"""On an anonymous volume: the address of its owner, and after a space the path at which that mounts it."""
COMPLETION = "runner.completed"
"""On the record that a container has completed: the container's id."""
ORCHESTRATOR = "runner.orchestrator"
"""On what a workflow has on a swarm: what runs it. An engine of the swarm may have another workflow of that name."""
DECLARED_NAME = "runner.name"
"""On a network of a swarm: its declared name, behind which a later version has a number."""
LOCK = "runner.lock"
"""On a ticket in a workflow's lock queue; the names of these records begin with it."""
RECORD = "runner.record"
"""On a config of a swarm that is a record of runner's own: its name."""

_NOTHING: Mapping[str, Any] = {}
_APPLIED = Mapping[str, str | Mapping[str, str]]


def ownership(workflow: str, resource: Resource, applied: Applied, version: str, *, file: str) -> dict[str, str]:
    """Return the labels of a resource that runner creates."""
    needs = sorted({str(dependency.address) for dependency in resource.depends_on})
    protect = {PROTECT: "true"} if resource.settings.protect else {}
    return {
        **protect,
        **({FILE: file} if file else {}),
        WORKFLOW: workflow,
        ADDRESS: str(resource.address),
        APPLIED: json.dumps(applied, sort_keys=True, separators=(",", ":")),
        NEEDS: json.dumps(needs, separators=(",", ":")),
        SENSITIVE: json.dumps(sorted(resource.sensitive_places), separators=(",", ":")),
        VERSION: version,
    }


def creation_labels(resource: Resource, attribute: Callable[[Ref], str]) -> dict[str, str]:
    """Return the labels for other programs as the engine gets them; `attribute` resolves a reference."""
    labels = resource.creation_labels.items()
    return {name: label_text(text, attribute) for name, text in labels}


def label_text(late: str | LateText, attribute: Callable[[Ref], str]) -> str:
    """Return the text of one of them."""
    if isinstance(late, str):
        return late
    text = "".join(part if isinstance(part, str) else attribute(part) for part in late.parts)
    return str(sha256(text.encode()).hexdigest()) if late.is_digested else text


def owned_address(labels: Mapping[str, str], workflow: str) -> Address | None:
    """Return the address of a resource that this workflow owns, None for any other."""
    if labels.get(WORKFLOW) != workflow:
        return None
    try:
        return Address.parse(labels.get(ADDRESS, ""))
    except ValueError:
        return None


def is_on_swarm(document: Mapping[str, Any]) -> bool:
    """Tell whether a network or volume belongs to a workflow on a swarm, not to one on an engine of it."""
    return ORCHESTRATOR in (document.get("Labels") or ())


def read_applied(labels: Mapping[str, str]) -> Applied:
    """Read what was last applied; a damaged label counts as no record."""
    return decode_texts(_APPLIED, labels.get(APPLIED), {})


def read_file(labels: Mapping[str, str]) -> str:
    """Read which file created or last changed a resource; empty if an older version of runner did."""
    return on_one_line(labels.get(FILE, ""))


def read_needs(labels: Mapping[str, str]) -> frozenset[Address]:
    """Read the resource's dependencies when it was created; a damaged label counts as no record."""
    return _addresses(labels.get(NEEDS))


@lru_cache
def _addresses(text: str | None) -> frozenset[Address]:
    return frozenset(decode_hint(tuple[Address, ...], text, ()))


def read_sensitive(labels: Mapping[str, str]) -> Places | None:
    """Read the sensitive places; None if an older version of runner made it, or the label is damaged."""
    if APPLIED not in labels:
        return frozenset()
    places: tuple[str, ...] | None = decode_texts(tuple[str, ...], labels.get(SENSITIVE), None)
    return None if places is None else frozenset(places)


def is_digest(digest: object, value: FieldValue) -> bool:
    """Tell whether a recorded digest is that of a value; a reference is digested by its target's address."""
    return isinstance(digest, str) and not isinstance(value, Marker) and Digest(digest).matches(_digested(value))


def _digested(value: Value | Ref) -> Value:
    return resolved(value, lambda ref: str(ref.address))  # type: ignore[no-any-return]


def applied_digests(
    fields: Iterable[Field], values: Mapping[str, FieldValue], places: Places = frozenset(), known: Applied = _NOTHING
) -> Applied:
    """Digest every field that the file sets, keyed ones entry by entry; sensitive `places` with a salt.

    A `known` salted digest of the same value is kept, so that equal values have equal digests.
    """
    return {
        row.name: _digests(row, values[row.name], places, known.get(row.name)) for row in fields if row.name in values
    }


def _digests(row: Field, value: FieldValue, places: Places, known: object) -> str | Mapping[str, str]:
    if not row.merged_by_key or not isinstance(value, Mapping):
        return _digest(value, known, salted=is_sensitive(row.name, places))
    before = known if isinstance(known, Mapping) else _NOTHING
    hidden = with_sensitive_keys(row.name) in places and not row.is_remembered
    digests: dict[str, str] = {}
    for key, entry in value.items():
        salted = is_sensitive(f"{row.name}.{key}", places)
        name = recorded_key(before, key) if hidden else key
        known_entry = None if name is None else before.get(name)
        kept = str(entry) if row.is_remembered and not salted else _digest(entry, known_entry, salted=salted)
        digests[name or Digest.salted(key).text] = kept
    return digests


def _digest(value: FieldValue, known: object, *, salted: bool) -> str:
    if isinstance(value, Marker):
        return ""
    if not salted:
        return Digest.of(_digested(value)).text
    if isinstance(known, str) and Digest(known).is_salted and is_digest(known, value):
        return known
    return Digest.salted(_digested(value)).text


def recorded_key(recorded: Mapping[str, str], key: str) -> str | None:
    """Return the recorded form of a key: itself, or a salted digest where keys are sensitive; else None."""
    if key in recorded:
        return key
    return next((name for name in recorded if Digest(name).is_salted and Digest(name).matches(key)), None)


def parse_labels(raw: Any) -> Value:
    """Parse a map of labels; runner's own are reserved."""
    labels = parse_map(raw)
    for name in labels:
        if name.startswith(PREFIX):
            help = f'choose a name that does not begin with "{PREFIX}"'
            raise Invalid(f'label "{name}" is reserved', path=(name,) if isinstance(raw, Mapping) else (), help=help)
    return labels


LABELS = replace(MAP, parse=parse_labels)


def without_own(labels: Mapping[str, str] | None) -> Value:
    """Leave out runner's own labels, which are never compared."""
    return {name: text for name, text in (labels or {}).items() if not name.startswith(PREFIX)}
