"""The schema's verdict on a document, as findings that a person can use: one for each mistake."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.document.document import Document, Path
from runner.resource.codec import EXPECTED, LATER, WHOLE_VARIABLE

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

LANGUAGE_VERSION = 1

_TYPE_WORDS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "a map",
    "array": "a list",
    "null": "nothing",
}


def check_version(document: Document) -> list[Diagnostic]:
    """Look at the version before anything else: a newer file may mean anything by its keys."""
    version = document.data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version <= LANGUAGE_VERSION:
        return []
    message = f"version {version} of the language is newer than this runner, which knows {LANGUAGE_VERSION}"
    return [Diagnostic("newer-version", message, document.span_of(("version",)), "use a newer runner")]


def check_schema(document: Document, schema: Mapping[str, Any]) -> dict[Path, list[Diagnostic]]:
    """Return what the schema says against the document, by the path of what is wrong."""
    from jsonschema import Draft202012Validator

    found: dict[Path, list[Diagnostic]] = {}
    for error in Draft202012Validator(_closed_quickly(schema)).iter_errors(document.data):
        for path, diagnostic in _explain(error, document):
            if not any(path[: len(poisoned)] == poisoned for poisoned in document.poisoned):
                found.setdefault(path, []).append(diagnostic)
    return found


def _closed_quickly(schema: Any) -> Any:
    """Say "additional" for "unevaluated": the same where nothing is composed, and ten times as quick to check."""
    if isinstance(schema, Mapping):
        names = {"unevaluatedProperties": "additionalProperties"}
        return {names.get(key, key): _closed_quickly(value) for key, value in schema.items()}
    return schema


Explained = tuple[Path, Diagnostic]


def _schema(error: ValidationError) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", error.schema)


def _explain(error: ValidationError, document: Document) -> Iterator[Explained]:
    """Turn one error into findings; of alternatives, only the one that was meant is followed."""
    path = tuple(error.absolute_path)
    if error.validator == "anyOf":
        yield from _explain_alternatives(error, document)
    elif error.validator == "additionalProperties":
        yield from _explain_keys(error, path, document)
    elif error.validator == "required":
        yield from _explain_missing(error, path, document)
    else:
        message, help = _value_message(error)
        yield path, Diagnostic("wrong-value", message, document.span_of(path), help)


def _explain_alternatives(error: ValidationError, document: Document) -> Iterator[Explained]:
    """Follow the alternative that has the type of what stands there; where none has, say what is expected."""
    path, instance = tuple(error.absolute_path), error.instance
    wanted = "object" if isinstance(instance, Mapping) else "array" if isinstance(instance, list) else None
    for index, branch in enumerate(_schema(error)["anyOf"]):
        if wanted is not None and wanted in _types(branch):
            for inner in error.context or ():
                if inner.relative_schema_path[0] == index:
                    yield from _explain(inner, document)
            return
    message, help = _value_message(error)
    yield path, Diagnostic("wrong-value", message, document.span_of(path), help)


def _types(schema: Mapping[str, Any]) -> Iterable[str]:
    given = schema.get("type", ())
    return (given,) if isinstance(given, str) else given


def _explain_keys(error: ValidationError, path: Path, document: Document) -> Iterator[Explained]:
    schema = _schema(error)
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for key in cast("Mapping[str, Any]", error.instance):
        if key in known or any(re.search(pattern, key) for pattern in patterns):
            continue
        place = (*path, key)
        span = document.key_span_of(place)
        if key in schema.get(LATER, ()):
            help = "a later version of runner will know it; take it out for now"
            yield place, Diagnostic("not-supported-yet", f'"{key}" is not supported yet', span, help)
        elif known:
            yield place, Diagnostic("unknown-key", f'unknown key "{key}"', span, did_you_mean(key, known))
        else:
            help = "names are made of letters, digits, _ . and -, and begin with a letter or digit"
            yield place, Diagnostic("wrong-name", f'not a usable name: "{key}"', span, help)


def _explain_missing(error: ValidationError, path: Path, document: Document) -> Iterator[Explained]:
    instance = cast("Mapping[str, Any]", error.instance)
    for key in cast("list[str]", error.validator_value):
        if key not in instance:
            span = document.key_span_of(path)
            yield path, Diagnostic("missing-key", f'"{key}" is missing', span, _example_help(error, key))


def _example_help(error: ValidationError, key: str) -> str | None:
    schema = _schema(error)
    described = schema.get("properties", {}).get(key, {})
    example = described.get("const", next(iter(described.get("examples", ())), None))
    if example is not None:
        return f"add {key}: {json.dumps(example, ensure_ascii=False)}"
    return f"add {described[EXPECTED]}" if EXPECTED in described else None


def _value_message(error: ValidationError) -> tuple[str, str | None]:
    """Say what was expected and what stands there."""
    schema = _schema(error)
    got = _shown(error.instance)
    if error.validator == "minimum":
        return f"must be at least {error.validator_value}, got {got}", None
    if error.validator == "maximum":
        return f"must be at most {error.validator_value}, got {got}", None
    if error.validator in ("enum", "const"):
        words = [str(word) for word in schema.get("enum", [schema.get("const")])]
        return f"expected {' or '.join(words)}, got {got}", did_you_mean(str(error.instance), words)
    return f"expected {schema.get(EXPECTED) or _type_phrase(schema)}, got {got}", None


def _type_phrase(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type_phrase(branch) for branch in schema["anyOf"]))
    types = [name for name in _types(schema) if name != "null"]
    if schema.get("pattern") == WHOLE_VARIABLE and len(types) > 1:
        types.remove("string")
    if "string" in types:  # whatever plain scalar stands there counts by its text
        types = [name for name in types if name not in ("number", "boolean")]
    return " or ".join(_TYPE_WORDS.get(name, name) for name in types) or "another value"


def _shown(instance: Any) -> str:
    if isinstance(instance, Mapping):
        return "a map"
    if isinstance(instance, list):
        return "a list"
    if instance is None:
        return "nothing"
    text = json.dumps(instance, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
