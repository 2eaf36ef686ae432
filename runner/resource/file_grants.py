"""Grants: which secrets and configs a container gets as files, at which path, and with which owner."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from runner.core.values import Value, as_map
from runner.resource.codec import Codec, Invalid
from runner.resource.mounts import parse_mode
from runner.resource.scalars import SCALAR_SCHEMA, normalize_path, parse_integer

_SCHEMA = {
    "type": "object",
    "properties": dict.fromkeys(("source", "target", "uid", "gid", "mode"), SCALAR_SCHEMA),
    "required": ["source"],
    "additionalProperties": False,
}


def grants(folder: str, example: str) -> Codec:
    """Make the codec for a list of grants, as path → {source, and target, uid, gid and mode if given}.

    A relative target is resolved in `folder`.

    >>> grants("/run/secrets", "").parse(["db"])
    {'/run/secrets/db': {'source': 'db'}}
    """

    def parse(raw: Any) -> dict[str, Value]:
        granted: dict[str, Value] = {}
        for index, item in enumerate(raw):
            try:
                target, grant = _parse_grant(item if isinstance(item, Mapping) else {"source": item}, folder)
                if target in granted:
                    raise Invalid(f'two files at "{target}"', help="use a different target for each")
            except Invalid as invalid:
                raise invalid.within(index) from None
            granted[target] = grant
        return granted

    schema = {"type": "array", "items": {"anyOf": [SCALAR_SCHEMA, _SCHEMA]}}
    return Codec(schema, f"a list of names, or of {example}", parse)


def _parse_grant(given: Mapping[str, Any], folder: str) -> tuple[str, Mapping[str, Value]]:
    source = str(given["source"])
    if not source:
        raise Invalid("an empty name", help="write the key of a secret or config")
    target = normalize_path(posixpath.join(folder, str(given.get("target", source))))
    if target in ("/", folder) or "\0" in target:
        shown, place = given.get("target", source), ("target",) if "target" in given else ()
        raise Invalid(f'not a file: "{shown}"', path=place, help="write the path of the file to make")
    grant: dict[str, Value] = {"source": source}
    if "target" in given:
        grant["target"] = str(given["target"])
    if "mode" in given:
        grant["mode"] = _within("mode", parse_mode, given)
    return target, {**grant, **{key: _within(key, _parse_id, given) for key in ("uid", "gid") if key in given}}


def _within(key: str, parse: Any, given: Mapping[str, Any]) -> Value:
    try:
        return parse(given[key])  # type: ignore[no-any-return]
    except Invalid as invalid:
        raise invalid.within(key) from None


def _parse_id(raw: Any) -> int:
    try:
        number = parse_integer(raw)
    except Invalid:
        number = -1
    if not 0 <= number < 2**32 - 1:
        raise Invalid(f'not a user or group ID: "{raw}"', help="write it as a number, such as 1000")
    return number


def owner_of(grant: Value) -> tuple[int, int] | None:
    """Return uid and gid of a granted file; None if neither is given."""
    given = [as_map(grant).get(key) for key in ("uid", "gid")]
    if given == [None, None]:
        return None
    user, group = (number if isinstance(number, int) else 0 for number in given)
    return user, group
