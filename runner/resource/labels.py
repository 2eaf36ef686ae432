"""The labels by which runner knows what it owns and what it set there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from runner.core.address import Address
from runner.core.state import Applied, FieldValue, Ref, Resource
from runner.core.values import Digest, Marker, Value
from runner.resource.codec import Invalid
from runner.resource.collections import MAP, parse_map
from runner.resource.field import Field

PREFIX = "runner."
WORKFLOW = "runner.workflow"
ADDRESS = "runner.address"
APPLIED = "runner.applied"
NEEDS = "runner.needs"
PROTECT = "runner.protect"
VERSION = "runner.version"
LOCK = "runner.lock"
"""On a volume by which a run stands in the queue for the lock of a workflow; names of such volumes begin with it."""


def ownership(workflow: str, resource: Resource, applied: Applied, version: str) -> dict[str, str]:
    """Return the labels of a resource that runner creates."""
    needs = sorted({str(dependency.address) for dependency in resource.depends_on})
    protect = {PROTECT: "true"} if resource.settings.get("protect") else {}
    return {
        **protect,
        WORKFLOW: workflow,
        ADDRESS: str(resource.address),
        APPLIED: json.dumps(applied, sort_keys=True, separators=(",", ":")),
        NEEDS: json.dumps(needs, separators=(",", ":")),
        VERSION: version,
    }


def owned_address(labels: Mapping[str, str], workflow: str) -> Address | None:
    """Return the address of a thing that this workflow owns, None for all others."""
    if labels.get(WORKFLOW) != workflow:
        return None
    try:
        return Address.parse(labels.get(ADDRESS, ""))
    except ValueError:
        return None


def read_applied(labels: Mapping[str, str]) -> Applied:
    """Read what was set; a damaged label counts as nothing known."""
    applied = _read_json(labels.get(APPLIED))
    return applied if isinstance(applied, dict) else {}


def read_needs(labels: Mapping[str, str]) -> frozenset[Address]:
    """Read what the resource rested on when it was made; a damaged label counts as nothing known."""
    needs = _read_json(labels.get(NEEDS))
    try:
        return frozenset(Address.parse(str(text)) for text in needs) if isinstance(needs, list) else frozenset()
    except ValueError:
        return frozenset()


def _read_json(text: str | None) -> object:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None


def digest_of(value: FieldValue) -> str:
    """Digest a value, or for a reference what it points to, whatever that is at the moment."""
    if isinstance(value, Ref):
        return Digest.of(str(value.address)).text
    return "" if isinstance(value, Marker) else Digest.of(value).text


def applied_digests(fields: Iterable[Field], values: Mapping[str, FieldValue]) -> Applied:
    """Digest every field that the file sets, entry by entry where it is keyed."""
    return {row.name: _digests(row, values[row.name]) for row in fields if row.name in values}


def _digests(row: Field, value: FieldValue) -> str | Mapping[str, str]:
    if row.keyed and isinstance(value, Mapping):
        return {key: str(entry) if row.is_remembered else Digest.of(entry).text for key, entry in value.items()}
    return digest_of(value)


def parse_labels(raw: Any) -> Value:
    """Read a map of labels; runner's own are not for others to set."""
    labels = parse_map(raw)
    for name in labels:
        if name.startswith(PREFIX):
            help = f'choose a name that does not begin with "{PREFIX}"'
            raise Invalid(f'label "{name}" is reserved', path=(name,) if isinstance(raw, Mapping) else (), help=help)
    return labels


LABELS = replace(MAP, parse=parse_labels)


def without_own(labels: Mapping[str, str] | None) -> Value:
    """Leave out runner's own labels: they are never compared."""
    return {name: text for name, text in (labels or {}).items() if not name.startswith(PREFIX)}
