"""Interpolation of the values of a Compose file, and what only its scalars tell: keys that are no text, and dates."""

from __future__ import annotations

from runner.compose.interpolation_syntax import Lookup, substitute
from runner.compose.node_edit import mapping, scalar, sequence, with_value
from runner.compose.yaml_scalars import Moment
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.lazy_pattern import lazy_pattern
from runner.core.span import Span
from runner.core.struct import replace
from runner.document.interpolate import span_within
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

_MOMENT = lazy_pattern(r"(?P<day>[0-9-]+)(?:[Tt ](?P<time>[0-9:.]+)(?P<zone>.*))?")


class Interpolator:
    """Interpolates files by one set of variables; each node once, however many aliases lead to it."""

    def __init__(self, lookup: Lookup, found: list[Diagnostic], *, strict: bool = False) -> None:
        """With `strict`, a variable without a value is an error instead of a blank with a warning."""
        self.refused: set[Span] = set()
        """Where values stand that are in error: what they should be is no second error."""
        self._lookup = lookup
        self._found = found
        self._strict = strict
        self._done: dict[tuple[Node, bool], Node] = {}

    def root(self, root: MappingNode) -> MappingNode:
        """Return a document with all values interpolated, and keys as they are."""
        changed = self._mapping(root, is_extension=False)
        assert isinstance(changed, MappingNode)
        return changed

    def text(self, node: ScalarNode) -> str:
        """Return the text of one value."""
        changed = self._scalar(node, is_extension=False)
        assert isinstance(changed, ScalarNode)
        return changed.text

    def _node(self, node: Node, *, is_extension: bool) -> Node:
        if isinstance(node, ScalarNode) and "$" not in node.text and not isinstance(node.value, Moment):
            return node
        done = self._done.get((node, is_extension))
        if done is None:
            done = self._done[node, is_extension] = self._changed(node, is_extension=is_extension)
        return done

    def _changed(self, node: Node, *, is_extension: bool) -> Node:
        match node:
            case ScalarNode():
                return self._scalar(node, is_extension=is_extension)
            case MappingNode():
                return self._mapping(node, is_extension=is_extension)
            case SequenceNode():
                items = [self._node(item, is_extension=is_extension) for item in node.items]
                is_same = all(new is old for new, old in zip(items, node.items, strict=True))
                return node if is_same else sequence(node, items)

    def _mapping(self, node: MappingNode, *, is_extension: bool) -> Node:
        entries: dict[str, Entry] = {}
        is_same = True
        for name, entry in node.entries.items():
            self._check_key(entry.key)
            value = self._node(entry.value, is_extension=is_extension or name.startswith("x-"))
            is_same = is_same and value is entry.value
            entries[name] = with_value(entry, value)
        return node if is_same else mapping(node, entries)

    def _check_key(self, key: ScalarNode) -> None:
        if not isinstance(key.value, str) or isinstance(key.value, Moment):
            help = f'put it in quotes: "{key.text}"' if key.text else None
            self._found.append(Diagnostic("compose-invalid", "a key must be a text", key.span, help))

    def _scalar(self, node: ScalarNode, *, is_extension: bool) -> Node:
        if node.invalid:
            return node
        if isinstance(node.value, Moment):
            return self._moment(node, is_extension=is_extension)
        if not isinstance(node.value, str):
            return node
        result = substitute(node.text, self._lookup)
        for name, at in result.undefined.items():
            self._undefined(node, name, at)
        for mistake in result.mistakes[:1]:
            if mistake.name is None:
                span = span_within(node, mistake.at, mistake.at + 2)
                help = 'write "$$" for a dollar that is no reference'
                self._found.append(Diagnostic("interpolation", mistake.message, span, help))
            else:
                span = span_within(node, mistake.at, mistake.at + 2 + len(mistake.name))
                message = f'variable "{mistake.name}" has no value'
                self._found.append(Diagnostic("missing-variable", message, span, mistake.message or None))
            self.refused.add(node.span)
            return replace(node, invalid=True)
        return scalar(node, result.text)

    def _undefined(self, node: ScalarNode, name: str, at: int) -> None:
        end = at + len(name) + (3 if node.text.startswith("${", at) else 1)
        severity = Severity.ERROR if self._strict else Severity.WARNING
        help = f"set it in .env or the environment, or write ${{{name}:-}} if it may be blank"
        message = f'variable "{name}" has no value' + ("" if self._strict else ": it is blank")
        self._found.append(Diagnostic("missing-variable", message, span_within(node, at, end), help, severity=severity))

    def _moment(self, node: ScalarNode, *, is_extension: bool) -> Node:
        if is_extension:
            return scalar(node, _utc(node.text))
        help = f'put it in quotes: "{node.text}"'
        self._found.append(Diagnostic("compose-invalid", "a date is no text", node.span, help))
        return scalar(node, node.text)


def _utc(text: str) -> str:
    """Return a date in the form in which Compose prints it."""
    found = _MOMENT.fullmatch(text)
    assert found is not None
    day = "-".join(part.zfill(2) for part in found["day"].split("-"))
    whole, dot, fraction = (found["time"] or "0:0:0").partition(".")
    clock = ":".join(part.zfill(2) for part in whole.split(":"))
    fraction = fraction[:9].rstrip("0")
    return f"{day}T{clock}{dot if fraction else ''}{fraction}{found['zone'] or 'Z'}"
