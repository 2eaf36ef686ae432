"""Messages for schema errors: what is expected and what was found, in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from runner.core.diagnostic import did_you_mean
from runner.resource.codec import BOOLEAN_TEXT, EXPECTED, INTEGER_TEXT

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPE_WORDS = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "a map",
    "array": "a list",
    "null": "nothing",
}


def expected(error: ValidationError, *, is_sensitive: bool) -> tuple[str, str | None]:
    """Return the message with the expected and the actual value, and the help if there is any.

    The message quotes the value, so that a redactor finds it; no help is made from one that `is_sensitive`.
    """
    from runner.workflow.ways_out import way_out

    schema, got = cast("Mapping[str, Any]", error.schema), _shown(error.instance)
    if error.validator == "minimum":
        return f"must be at least {error.validator_value}, got {got}", None
    if error.validator == "maximum":
        return f"must be at most {error.validator_value}, got {got}", None
    if error.validator == "const":
        const = _shown(schema["const"])
        return f"must be {const}, got {got}", f"write {error.path[-1]}: {const}"
    words = _words(schema)
    help = did_you_mean(str(error.instance), words)
    if _is_unquoted(schema, error.instance):
        help = f'put it in quotes: "{got}"'
    phrase = schema.get(EXPECTED) or (_listed(words) if "enum" in schema else _phrase(schema))
    key = error.absolute_path[-1] if error.absolute_path else None
    return f"expected {phrase}, got {got}", help or way_out(key, None if is_sensitive else error.instance, schema)


def missing_help(key: str, schema: Mapping[str, Any]) -> str | None:
    """Return the help for a required key that is missing."""
    described = schema.get("properties", {}).get(key, {})
    if "const" in described:
        return f"add {key}: {_shown(described['const'])}"
    return f"add {described[EXPECTED]}" if EXPECTED in described else None


def types_of(schema: Mapping[str, Any]) -> Sequence[str]:
    """Return the JSON types that a schema names."""
    given = schema.get("type", ())
    return (given,) if isinstance(given, str) else given


def _words(schema: Mapping[str, Any]) -> list[str]:
    """Return the enumerated words of a schema and all its alternatives."""
    alternatives = (schema, *schema.get("anyOf", ()))
    return [str(word) for alternative in alternatives for word in alternative.get("enum", ())]


def _is_unquoted(schema: Mapping[str, Any], instance: Any) -> bool:
    """Return whether a string is expected, and YAML read the value as another type."""
    return types_of(schema) == ("string",) and isinstance(instance, bool | int | float)


def _phrase(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return _listed(dict.fromkeys(_phrase(branch) for branch in schema["anyOf"]))
    types = [name for name in types_of(schema) if name != "null"]
    if schema.get("pattern") in (INTEGER_TEXT, BOOLEAN_TEXT):
        types.remove("string")
    if "string" in types:  # any plain scalar is accepted by its text
        types = [name for name in types if name not in ("number", "boolean")]
    return _listed(_TYPE_WORDS[name] for name in types)


def _listed(words: Iterable[str]) -> str:
    """Join alternatives.

    >>> _listed(["bind", "volume", "tmpfs"])
    'bind, volume or tmpfs'
    """
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _shown(instance: Any) -> str:
    if isinstance(instance, Mapping):
        return "a map"
    if isinstance(instance, list):
        return "a list"
    if instance is None:
        return "nothing"
    text = json.dumps(instance, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
