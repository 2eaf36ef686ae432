"""Schema validation of a document, with findings that people can use: one for each error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.document.document import Document, Path
from runner.resource.codec import INSTEAD
from runner.workflow.fast_validate import is_surely_valid
from runner.workflow.path_set import PathSet
from runner.workflow.schema_messages import expected, missing_help, types_of

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from runner.core.codes import Code

LANGUAGE_VERSION = 1

_FEW = 8
_NEWER = "use a newer runner; other errors in the file may be wrong"


def check_version(document: Document) -> list[Diagnostic]:
    """Check the version by itself: in a newer file the keys may mean something else."""
    version = document.data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version <= LANGUAGE_VERSION:
        return []
    message = f"version {version} of the file format is newer than this runner supports: {LANGUAGE_VERSION}"
    return [Diagnostic("newer-version", message, document.span_of(("version",)), _NEWER)]


def check_schema(document: Document, schema: Mapping[str, Any]) -> dict[Path, list[Diagnostic]]:
    """Return the schema errors of a document, by path."""
    if is_surely_valid(schema, document.data, schema):
        return {}
    from jsonschema import Draft202012Validator

    found: dict[Path, list[Diagnostic]] = {}
    invalid = PathSet(document.invalid)
    for error in Draft202012Validator(_closed_quickly(schema)).iter_errors(document.data):
        for path, diagnostic in _explain(error, document):
            known = found.setdefault(path, [])
            may_be_elsewhere = (
                diagnostic.code == "missing-key" and len(path) == 1 and document.unread.may_declare(str(path[0]))
            )
            if diagnostic not in known and not invalid.covers(path) and not may_be_elsewhere:
                known.append(diagnostic)
    return found


def _closed_quickly(schema: Any) -> Any:
    """Replace "unevaluated" by "additional": the same without composition, and ten times as fast to validate."""
    if isinstance(schema, Mapping):
        names = {"unevaluatedProperties": "additionalProperties"}
        return {names.get(key, key): _closed_quickly(value) for key, value in schema.items()}
    return [_closed_quickly(item) for item in schema] if isinstance(schema, list) else schema


Explained = tuple[Path, Diagnostic]


def _schema(error: ValidationError) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", error.schema)


def _explain(error: ValidationError, document: Document) -> Iterator[Explained]:
    """Convert one error to findings; of alternatives, only the intended one is followed."""
    path = tuple(error.absolute_path)
    if error.validator == "anyOf":
        yield from _explain_alternatives(error, path, document)
    elif error.validator == "additionalProperties":
        yield from _explain_keys(error, path, document)
    elif error.validator == "required":
        yield from _explain_missing(error, path, document)
    else:
        yield _wrong_value(error, path, document)


def _wrong_value(error: ValidationError, path: Path, document: Document) -> Explained:
    is_sensitive = document.masked(path) != document.textual(path)
    message, help = expected(error, is_sensitive=is_sensitive)
    return path, Diagnostic("wrong-value", message, document.span_of(path), help)


def _explain_alternatives(error: ValidationError, path: Path, document: Document) -> Iterator[Explained]:
    """Follow the alternative with the type of the actual value; if there is none, report what is expected."""
    wanted = "object" if isinstance(error.instance, Mapping) else "array" if isinstance(error.instance, list) else ""
    branches = [index for index, branch in enumerate(_schema(error)["anyOf"]) if wanted in types_of(branch)]
    if not branches:
        yield _wrong_value(error, path, document)
    for inner in error.context or ():
        if inner.relative_schema_path[0] in branches[:1]:
            yield from _explain(inner, document)


def _explain_keys(error: ValidationError, path: Path, document: Document) -> Iterator[Explained]:
    schema = _schema(error)
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for key in cast("Mapping[str, Any]", error.instance):
        if key not in known and not any(re.search(pattern, key) for pattern in patterns):
            code, message, help = _about_key(key, schema)
            place = (*path, key)
            yield place, Diagnostic(code, message, document.key_span_of(place), help)


def _about_key(key: str, schema: Mapping[str, Any]) -> tuple[Code, str, str | None]:
    """Return code, message and help for a key that the schema doesn't have."""
    known = schema.get("properties", {})
    if key in schema.get(INSTEAD, {}):
        return "unknown-key", f'"{key}" is not supported', schema[INSTEAD][key]
    if known:
        listed = f"allowed here: {', '.join(known)}" if len(known) <= _FEW else None
        return "unknown-key", f'unknown key "{key}"', did_you_mean(key, known) or listed
    help = "names consist of letters, digits, _ . and -, starting with a letter or digit"
    return "wrong-name", f'invalid name: "{key}"', help


def _explain_missing(error: ValidationError, path: Path, document: Document) -> Iterator[Explained]:
    instance, schema = cast("Mapping[str, Any]", error.instance), _schema(error)
    for key in cast("list[str]", error.validator_value):
        if key not in instance:
            message, help = f'"{key}" is missing', missing_help(key, schema)
            yield (*path, key), Diagnostic("missing-key", message, document.key_span_of(path), help)
