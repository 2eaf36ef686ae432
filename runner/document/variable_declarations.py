"""Parsing of the `variables` section's declarations; independent of values, except for the defaults."""

from __future__ import annotations

from typing import Final

from runner.core.diagnostic import Diagnostic, did_you_mean
from runner.core.lazy_pattern import lazy_pattern
from runner.core.regex import InvalidRegex, Regex
from runner.core.struct import Struct
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

_CODE: Final = "variable-form"
_NAME = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYS = ("default", "description", "enum", "pattern", "sensitive")


class Declaration(Struct):
    """One variable; without `default` it is required. A `broken` one has been reported."""

    key: ScalarNode
    default: str | None = None
    description: str | None = None
    enum: tuple[str, ...] = ()
    pattern: Regex | None = None
    sensitive: bool = False
    broken: bool = False


def read_declarations(section: Node | None, found: list[Diagnostic]) -> dict[str, Declaration]:
    """Return the declarations by name, including invalid ones, so that their uses aren't reported as errors again."""
    if section is None or (isinstance(section, ScalarNode) and section.is_null):
        return {}
    if not isinstance(section, MappingNode):
        found.append(Diagnostic(_CODE, "variables must be a mapping of names", section.span))
        return {}
    return {
        name: _declaration(name, entry, found) for name, entry in section.entries.items() if not name.startswith("x-")
    }


def _declaration(name: str, entry: Entry, found: list[Diagnostic]) -> Declaration:
    findings: list[Diagnostic] = []
    if not _NAME.fullmatch(name):
        help = "use letters, digits and underscores, not starting with a digit"
        findings.append(Diagnostic(_CODE, f"\"{name}\" can't be a variable's name", entry.key.span, help))
    reader = _Reader(findings)
    if isinstance(entry.value, MappingNode):
        declaration = reader.long_form(entry.key, entry.value)
    else:
        declaration = Declaration(entry.key, default=reader.text(entry.value, "a default or a mapping"))
    found += findings
    if not findings:
        return declaration
    return Declaration(entry.key, sensitive=declaration.sensitive, broken=True)


class _Reader:
    """Parser of a declaration's values; an invalid one becomes None and a diagnostic."""

    def __init__(self, found: list[Diagnostic]) -> None:
        self._found = found

    def long_form(self, key: ScalarNode, body: MappingNode) -> Declaration:
        values = {name: entry.value for name, entry in body.entries.items()}
        for name, entry in body.entries.items():
            if name not in _KEYS and not name.startswith("x-"):
                help = did_you_mean(name, _KEYS)
                self._found.append(Diagnostic("unknown-key", f'unknown key "{name}"', entry.key.span, help))
        return Declaration(
            key,
            default=self.text(values.get("default"), "a single value"),
            description=self.text(values.get("description"), "a string"),
            enum=self._enum(values.get("enum")),
            pattern=self._pattern(values.get("pattern")),
            sensitive=self._flag(values.get("sensitive")),
        )

    def text(self, node: Node | None, expected: str) -> str | None:
        """Return a scalar's source text; null counts as absent."""
        if node is None:
            return None
        if isinstance(node, ScalarNode):
            return None if node.value is None else node.text
        self._refuse(expected, node)
        return None

    def _enum(self, node: Node | None) -> tuple[str, ...]:
        if node is None:
            return ()
        if not isinstance(node, SequenceNode) or not node.items:
            self._refuse("a list of values", node)
            return ()
        texts = (self.text(item, "a single value") for item in node.items)
        return tuple(text for text in texts if text is not None)

    def _pattern(self, node: Node | None) -> Regex | None:
        text = self.text(node, "a regular expression")
        if node is None or text is None:
            return None
        try:
            return Regex.compile(text)
        except InvalidRegex as invalid:
            self._found.append(Diagnostic(_CODE, f"not a regular expression: {invalid}", node.span, invalid.help))
            return None

    def _flag(self, node: Node | None) -> bool:
        if node is None:
            return False
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return node.value
        self._refuse("true or false", node)
        # The author meant to hide something.
        return True

    def _refuse(self, expected: str, node: Node) -> None:
        self._found.append(Diagnostic(_CODE, f"expected {expected}", node.span))
