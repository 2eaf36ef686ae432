"""Two files into one: each value is combined by the merge rule of its row in the table. Values keep their places."""

from __future__ import annotations

from collections.abc import Iterable

from runner.compose.node_edit import entry, mapping, scalar, sequence, with_value
from runner.compose.phrases import got
from runner.compose.table import COMPOSE
from runner.compose.table.form import Form, Merge, Named, Record
from runner.compose.table.service import SERVICE
from runner.compose.values import text
from runner.core.diagnostic import Diagnostic
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode


def merge(base: MappingNode, override: MappingNode, found: list[Diagnostic]) -> MappingNode:
    """Return a file with another one on top of it; what can't be combined is reported, and stays as it was."""
    services = override.entries.get("services")
    if services is not None and not isinstance(services.value, MappingNode):
        found.append(Diagnostic("compose-invalid", f"expected a map, got {got(services.value)}", services.value.span))
    return _Merger(found).maps(COMPOSE, base, override)


def merge_service(base: MappingNode, override: MappingNode, found: list[Diagnostic]) -> MappingNode:
    """Return a service that extends another one."""
    return _Merger(found).maps(SERVICE, base, override)


class _Merger:
    def __init__(self, found: list[Diagnostic]) -> None:
        self._found = found

    def maps(self, form: Form | None, base: MappingNode, over: MappingNode) -> MappingNode:
        """Merge by key."""
        entries = dict(base.entries)
        for name, new in over.entries.items():
            old = entries.get(name)
            if old is None:
                entries[name] = new
                continue
            inner, rule = _inner(form, name)
            merged = self._values(inner, rule, old.value, new.value)
            entries[name] = with_value(new if merged is new.value else old, merged)
        return mapping(over, entries)

    def _values(self, form: Form | None, rule: Merge, base: Node, over: Node) -> Node:
        match rule:
            case Merge.REPLACE | Merge.LATER:
                return over
            case Merge.PAIRS:
                return sequence(over, [*_listed(base), *_listed(over)])
            case Merge.HOSTS:
                return _united_hosts(base, over)
            case Merge.LOGGING if _driver(base) != _driver(over) and None not in (_driver(base), _driver(over)):
                return over
            case Merge.BUILD:
                return self._deep(form, _as_build(base), _as_build(over))
            case Merge.NAMES | Merge.DEPENDENCIES:
                return self._deep(form, _as_map(base, rule), _as_map(over, rule))
            case Merge.POOLS if isinstance(base, SequenceNode) and isinstance(over, SequenceNode):
                return self._pools(base, over)
        return self._deep(form, base, over)

    def _deep(self, form: Form | None, base: Node, over: Node) -> Node:
        if isinstance(over, ScalarNode) and over.is_null:
            return base
        match base, over:
            case MappingNode(), MappingNode():
                return self.maps(form, base, over)
            case SequenceNode(), SequenceNode():
                return sequence(over, [*base.items, *over.items])
            case ((MappingNode() | SequenceNode()), _):
                message = f"{_kind(over)} can't be merged with the {_kind(base)} of another file"
                self._found.append(Diagnostic("compose-invalid", message, over.span, "write it in the same form"))
                return base
        return over

    def _pools(self, base: SequenceNode, over: SequenceNode) -> SequenceNode:
        """Merge the pools of a network by subnet, as Compose does: every pair is looked at."""
        pools: dict[str | None, Node] = {}
        for old in base.items:
            for new in over.items:
                if not isinstance(old, MappingNode) or not isinstance(new, MappingNode):
                    continue
                if _subnet(old) != _subnet(new) and _subnet(new) not in pools:
                    pools[_subnet(new)] = new
                    continue
                pools[_subnet(new)] = self.maps(None, old, new)
        return sequence(over, pools.values())


def _inner(form: Form | None, name: str) -> tuple[Form | None, Merge]:
    """Return the form and the merge rule of a value in a map."""
    if isinstance(form, Named):
        return form.value, form.merge
    row = form.key(name) if isinstance(form, Record) else None
    return (row.form, row.merge) if row else (None, Merge.DEEP)


def _listed(node: Node) -> Iterable[Node]:
    """Return the items NAME=VALUE of a list, a map, or a single text; nothing of anything else."""
    if isinstance(node, SequenceNode):
        return node.items
    if isinstance(node, MappingNode):
        items = [item for name, one in node.entries.items() for item in _pairs(name, one)]
        return sorted(items, key=lambda item: item.text)
    return [node] if isinstance(node.value, str) else []


def _pairs(name: str, one: Entry) -> Iterable[ScalarNode]:
    for value in one.value.items if isinstance(one.value, SequenceNode) else [one.value]:
        if isinstance(value, ScalarNode):
            yield scalar(value, name if value.is_null else f"{name}={text(value.value)}")


def _united_hosts(base: Node, over: Node) -> SequenceNode:
    """Append hosts but those that are in the first list as they are."""
    known = list(_listed(base))
    texts = {item.text for item in known if isinstance(item, ScalarNode)}
    new = [item for item in _listed(over) if not isinstance(item, ScalarNode) or item.text not in texts]
    return sequence(over, [*known, *new])


def _driver(node: Node) -> str | None:
    driver = node.entries.get("driver") if isinstance(node, MappingNode) else None
    return driver.value.text if driver and isinstance(driver.value, ScalarNode) else None


def _as_build(node: Node) -> Node:
    return mapping(node, {"context": entry(node, "context", node)}) if isinstance(node, ScalarNode) else node


def _as_map(node: Node, rule: Merge) -> Node:
    """Return a list of names as a map."""
    if isinstance(node, ScalarNode):
        return mapping(node, {})
    if isinstance(node, MappingNode):
        return node
    names = [item for item in node.items if isinstance(item, ScalarNode)]
    return mapping(node, {item.text: Entry(item, _implied(item, rule)) for item in names})


def _implied(place: Node, rule: Merge) -> Node:
    if rule is Merge.NAMES:
        return scalar(place, None)
    implied = {"condition": scalar(place, "service_started"), "required": scalar(place, True)}
    return mapping(place, {name: entry(place, name, value) for name, value in implied.items()})


def _subnet(node: MappingNode) -> str | None:
    subnet = node.entries.get("subnet")
    return subnet.value.text if subnet and isinstance(subnet.value, ScalarNode) else None


def _kind(node: Node) -> str:
    return {MappingNode: "map", SequenceNode: "list"}.get(type(node), "value")
