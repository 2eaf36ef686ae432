"""Fast schema validation of valid documents: most are valid, and need no loading of the jsonschema library.

Supports the keywords of runner's own schema, and treats a schema with any other keyword as not valid. Whatever is
rejected here is validated by the library, which alone can report what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from runner.resource.codec import EXPECTED, INSTEAD

Check: TypeAlias = Callable[[Any], bool]
"""Returns whether a value is certain to be valid."""

_SILENT = frozenset({"$schema", "$defs", "title", "description", "examples", EXPECTED, INSTEAD})
"""Keywords that reject nothing."""
_DEFINITION = "#/$defs/"
_TYPES: Mapping[str, frozenset[type]] = {
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "object": frozenset({dict}),
    "array": frozenset({list}),
    "null": frozenset({type(None)}),
}


def is_surely_valid(schema: Any, value: Any, root: Mapping[str, Any]) -> bool:
    """Return whether a value is certain to be valid; `root` is the whole schema, for references into it."""
    return _Compiler(root).check_of(schema)(value)


class _Compiler:
    """Turns schemas into checks: a file of many entries goes through the same few of them again and again."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._definitions: dict[str, Check] = {}

    def check_of(self, schema: Any) -> Check:
        """Return the check of a schema: all those of its keywords."""
        if isinstance(schema, bool):
            return _always if schema else _never
        checks: list[Check] = []
        for keyword, wanted in schema.items():
            if keyword in _MAKERS:
                checks.append(_MAKERS[keyword](wanted))
            elif keyword in _NESTING:
                checks.append(_NESTING[keyword](self, wanted))
            elif keyword not in _SILENT and keyword not in _OF_OBJECTS:
                return _never
        if not _OF_OBJECTS.isdisjoint(schema):
            checks.append(self._object(schema))
        return checks[0] if len(checks) == 1 else _all_of(checks)

    def _ref(self, wanted: str) -> Check:
        """Look the definition up when a value first needs it: it may refer to itself."""
        if not wanted.startswith(_DEFINITION):
            return _never
        return lambda value: self._definition(wanted.removeprefix(_DEFINITION))(value)

    def _definition(self, name: str) -> Check:
        if name not in self._definitions:
            self._definitions[name] = self.check_of(self._root["$defs"][name])
        return self._definitions[name]

    def _any_of(self, wanted: list[Any]) -> Check:
        branches = [self.check_of(branch) for branch in wanted]

        def check(value: Any) -> bool:
            for branch in branches:  # noqa: SIM110 - any() takes twice as long
                if branch(value):
                    return True
            return False

        return check

    def _items(self, wanted: Any) -> Check:
        inner = self.check_of(wanted)
        return lambda value: type(value) is not list or all(map(inner, value))

    def _object(self, schema: Mapping[str, Any]) -> Check:
        """Return the check of an object's entries; that of a name is made when the name is first seen.

        Few of the keys that the schema has are in a file.
        """
        named: Mapping[str, Any] = schema.get("properties", {})
        patterns = [
            (re.compile(pattern).search, self.check_of(inner))
            for pattern, inner in schema.get("patternProperties", {}).items()
        ]
        # The schema has no composition in which the two would differ.
        others = _all_of([self.check_of(schema[keyword]) for keyword in _OTHERS if keyword in schema])
        known: dict[str, Check] = {}

        def check_of_name(name: str) -> Check:
            found = [inner for matches, inner in patterns if matches(name)]
            if name not in named:
                return _all_of(found) if found else others
            known[name] = _all_of([self.check_of(named[name]), *found])
            return known[name]

        def check(value: Any) -> bool:
            if type(value) is not dict:
                return True
            for name, item in value.items():  # noqa: SIM110 - all() takes twice as long
                if not (known.get(name) or check_of_name(name))(item):
                    return False
            return True

        return check


def _always(_value: Any) -> bool:
    return True


def _never(_value: Any) -> bool:
    return False


def _all_of(checks: list[Check]) -> Check:
    if len(checks) < 2:
        return checks[0] if checks else _always

    def check(value: Any) -> bool:
        for one in checks:  # noqa: SIM110 - all() takes twice as long
            if not one(value):
                return False
        return True

    return check


def _type(wanted: str | list[str]) -> Check:
    names = (wanted,) if isinstance(wanted, str) else wanted
    types = frozenset[type]().union(*(_TYPES[name] for name in names))
    return lambda value: type(value) in types


def _const(wanted: Any) -> Check:
    return lambda value: type(wanted) is type(value) and bool(wanted == value)  # in Python True equals 1


def _enum(wanted: list[Any]) -> Check:
    return lambda value: any(type(one) is type(value) and one == value for one in wanted)


def _minimum(wanted: float) -> Check:
    return lambda value: type(value) not in _TYPES["number"] or value >= wanted


def _maximum(wanted: float) -> Check:
    return lambda value: type(value) not in _TYPES["number"] or value <= wanted


def _pattern(wanted: str) -> Check:
    search = re.compile(wanted).search
    return lambda value: type(value) is not str or search(value) is not None


def _required(wanted: list[str]) -> Check:
    return lambda value: type(value) is not dict or all(name in value for name in wanted)


_MAKERS: Mapping[str, Callable[[Any], Check]] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "minimum": _minimum,
    "maximum": _maximum,
    "pattern": _pattern,
    "required": _required,
}
_NESTING: Mapping[str, Callable[[_Compiler, Any], Check]] = {
    "$ref": _Compiler._ref,
    "anyOf": _Compiler._any_of,
    "items": _Compiler._items,
}
_OTHERS = frozenset({"additionalProperties", "unevaluatedProperties"})
_OF_OBJECTS = frozenset({"properties", "patternProperties", *_OTHERS})
KEYWORDS = _SILENT | _MAKERS.keys() | _NESTING.keys() | _OF_OBJECTS
"""All keywords of a schema under which anything can be accepted."""
