"""The JSON Schema of the language, generated from the sections' tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from runner.resource.codec import EXPECTED, INSTEAD
from runner.resource.field import Field, Setting
from runner.resource.kind import Section, Sections
from runner.resource.scalars import SCALAR_SCHEMA

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ENTRY_NAME = r"^(?!x-)[a-zA-Z0-9][a-zA-Z0-9_.-]*$"
WORKFLOW_NAME = r"^[a-z0-9][a-z0-9_-]{0,62}$"
_IGNORED = {"^x-": True}


def closed(properties: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Make an object schema that allows only its own keys, and x-* keys."""
    return {
        "type": "object",
        "properties": dict(properties),
        "patternProperties": _IGNORED,
        "unevaluatedProperties": False,
        **more,
    }


def workflow_schema(sections: Sections, used: Collection[str] | None = None) -> dict[str, Any]:
    """Generate the schema of a whole workflow file, or what of it counts for one with the `used` keys only."""
    entries = {section.section: _section(section) for section in sections.values()}
    return {
        "$schema": DRAFT,
        "title": "runner workflow, version 1",
        **closed({**HEAD, **entries}, required=["version", "name"], **{INSTEAD: _INSTEAD}),
        "$defs": {
            section.name: entry_schema(section)
            for section in sections.values()
            if used is None or section.section in used
        },
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "description": section.doc,
        "type": ["object", "null"],
        "patternProperties": {**_IGNORED, ENTRY_NAME: {"$ref": f"#/$defs/{section.name}"}},
        "unevaluatedProperties": False,
    }


def entry_schema(section: Section) -> dict[str, Any]:
    """Generate the schema of one entry of a section."""
    required = [row.name for row in section.settings if row.required]
    schema = closed({}, description=section.doc, **{INSTEAD: dict(section.key_hints)})
    schema["type"] = ["object", "null"]
    if required:
        schema["required"] = required
    for row in section.rows:
        _place(schema, row)
    for key in section.shorthand:
        schema["properties"][key] = {"anyOf": [SCALAR_SCHEMA, schema["properties"][key]]}
    for name, doc in section.groups.items():
        _nested(schema, name)["properties"][name.rpartition(".")[2]]["description"] = doc
    return schema


def _place(schema: dict[str, Any], row: Field | Setting) -> None:
    """Put one row's schema at the path of its dotted name."""
    found: dict[str, Any] = {"description": row.doc, **_extensible(row.codec.described)}
    if row.examples:
        found["examples"] = list(row.examples)
    _nested(schema, row.name)["properties"][row.name.rpartition(".")[2]] = found


def _extensible(schema: Any) -> Any:
    """Allow x-* keys in every map of a codec's schema, at any depth."""
    if isinstance(schema, list):
        return [_extensible(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    inner = {key: _extensible(value) for key, value in schema.items()}
    return {**inner, "patternProperties": _IGNORED} if "additionalProperties" in schema else inner


def _nested(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the object schema that contains the last key of a dotted name, creating it if missing."""
    for key in name.split(".")[:-1]:
        schema = schema["properties"].setdefault(key, closed({}))
    return schema


_VARIABLE = closed(
    {
        "default": {
            "description": "The default value; without it, a value is required.",
            **SCALAR_SCHEMA,
        },
        "description": {"description": "A description.", "type": "string"},
        "enum": {"description": "The allowed values.", "type": "array", "items": SCALAR_SCHEMA},
        "pattern": {
            "description": "An RE2 regular expression that the whole value must match.",
            "type": "string",
        },
        "sensitive": {"description": "Mask its value in logs, plans, labels and messages.", "type": "boolean"},
    }
)
_OF_KUBERNETES = "it is a key of Kubernetes; create a workflow with: runner init"
_INSTEAD = {
    "services": "use containers; a Compose file is named compose.yaml, and has no version: 1",
    **dict.fromkeys(("apiVersion", "kind", "metadata", "spec"), _OF_KUBERNETES),
}
"""Keys of other tools' files, and what to do instead."""
HEAD: Mapping[str, Any] = {
    "version": {
        "description": "The version of the file format; required.",
        "const": 1,
        EXPECTED: "1",
        "examples": [1],
    },
    "name": {
        "description": "The workflow's name, which scopes its resources on the engine; required.",
        "type": "string",
        "pattern": WORKFLOW_NAME,
        EXPECTED: "a name of a-z, 0-9, _ and -, at most 63 characters",
        "examples": ["shop"],
    },
    "engine": {
        "description": "What runs it: docker, one engine, or swarm, all nodes of the swarm that the engine manages;"
        " default: docker.",
        "enum": ["docker", "swarm"],
        EXPECTED: "docker or swarm",
        "examples": ["swarm"],
    },
    "include": {
        "description": "Files merged in order before this one; paths are relative to this file.",
        "type": "array",
        "items": {"type": "string"},
        EXPECTED: "a list of files",
        "examples": [["base.yaml"]],
    },
    "on_failure": {
        "description": "Whether a failed apply keeps its changes or rolls them back; default: keep.",
        "enum": ["keep", "rollback"],
        EXPECTED: "keep or rollback",
        "examples": ["rollback"],
    },
    "proxies": {
        "description": "Whether builds and containers get the proxies of the docker client's config.json, as in docker;"
        " default: true. Existing containers keep those that they were created with.",
        "type": "boolean",
        EXPECTED: "true or false",
        "examples": [False],
    },
    "variables": {
        "description": "Variables for ${NAME}; the default applies if no other value is given.",
        "type": "object",
        "additionalProperties": {"anyOf": [{"type": ["string", "number", "boolean", "null"]}, _VARIABLE]},
        EXPECTED: "a map from name to default, or to default, description, enum, pattern and sensitive",
        "examples": [{"TAG": "1.0", "DB_PASSWORD": {"sensitive": True}}],
    },
}
"""The top-level keys of a file that are not sections."""
