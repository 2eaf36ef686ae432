"""Networks, volumes, secrets and configs as they are declared at the top."""

from __future__ import annotations

from collections.abc import Mapping

from runner.compose.mapping.part import Part, Parts, given, is_nothing, put_together, same
from runner.compose.mapping.process import named
from runner.compose.mapping.told import invalid, unsupported
from runner.compose.node_edit import child, inner, items, mapping, scalar, sequence, text
from runner.core.diagnostic import Diagnostic
from runner.core.struct import Struct, replace
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode
from runner.document.variables import Variable

_FLAGS = ("internal", "attachable", "enable_ipv4", "enable_ipv6")
_OF_POOL = ("subnet", "ip_range", "gateway")
_DEFAULT = "default"


def network(key: str, node: Node, project: str) -> Node:
    """Map a network."""
    return put_together(node, _network(key, inner(node), project))


def _network(key: str, entries: Mapping[str, Entry], project: str) -> Parts:
    yield from _name(key, entries, project)
    if _is_external(entries):
        return
    yield from _driver(entries)
    for name, entry in given(entries, *_FLAGS):
        yield same(entry, name)
    ipam = inner(entries["ipam"].value) if "ipam" in entries else {}
    for _, entry in given(ipam, "driver"):
        yield same(entry, "ipam", "driver")
    for _, entry in given(ipam, "config"):
        yield Part(("ipam", "config"), entry.key, sequence(entry.value, map(_pool, items(entry.value))))
    yield from _labels(entries)


def _pool(node: Node) -> Node:
    entries = inner(node)
    parts = [same(entry, name) for name, entry in given(entries, *_OF_POOL)]
    parts += [Part(("aux_addresses",), one.key, named(one.value)) for _, one in given(entries, "aux_addresses")]
    return put_together(node, parts)


def volume(key: str, node: Node, project: str) -> Node:
    """Map a volume."""
    return put_together(node, _volume(key, inner(node), project))


def _volume(key: str, entries: Mapping[str, Entry], project: str) -> Parts:
    yield from _name(key, entries, project)
    if not _is_external(entries):
        yield from _driver(entries)
        yield from _labels(entries)


def _name(key: str, entries: Mapping[str, Entry], project: str) -> Parts:
    """Yield name and external; the name only if it isn't the default of both languages."""
    external = _is_external(entries)
    usual = key if external else f"{project}_{key}"
    for _, entry in given(entries, "name"):
        if text(entry.value) != usual:
            yield same(entry, "name")
    if external:
        yield same(entries["external"], "external")


def _driver(entries: Mapping[str, Entry]) -> Parts:
    for _, entry in given(entries, "driver"):
        yield same(entry, "driver")
    for _, entry in given(entries, "driver_opts"):
        yield Part(("driver_opts",), entry.key, named(entry.value))


def _labels(entries: Mapping[str, Entry]) -> Parts:
    for _, entry in given(entries, "labels"):
        yield Part(("labels",), entry.key, named(entry.value))


def _is_external(entries: Mapping[str, Entry]) -> bool:
    external = entries.get("external")
    return external is not None and isinstance(external.value, ScalarNode) and external.value.value is True


def is_implicit(key: str, node: Node) -> bool:
    """Return whether a network is the one that runner's language has without a word."""
    return key == _DEFAULT and isinstance(node, MappingNode) and not node.entries


class Contents(Struct):
    """Secrets or configs: the entries, the variables that they use, and the names of those that are refused."""

    entries: Mapping[str, Entry]
    variables: Mapping[str, Variable]
    refused: frozenset[str]


class Known(Struct):
    """The variables that a project asks for: with one value, or with several."""

    values: Mapping[str, str]
    ambiguous: frozenset[str] = frozenset()


def secrets(declared: Mapping[str, Entry], known: Known, found: list[Diagnostic]) -> Contents:
    """Map secrets; one of the environment becomes a sensitive variable, since .env counts for Compose, too."""
    entries: dict[str, Entry] = {}
    variables: dict[str, Variable] = {}
    for key, one in declared.items():
        inside = inner(one.value)
        for name, source in given(inside, "file", "environment"):
            variable = text(source.value)
            if name == "file":
                entries[key] = _content(one, source, "file", source.value)
            elif _has_value(variable, source.value, known, found):
                variables[variable] = Variable(known.values[variable], sensitive=True)
                entries[key] = _content(one, source, "variable", source.value)
    return Contents(entries, variables, frozenset(declared) - frozenset(entries))


def configs(declared: Mapping[str, Entry], known: Known, found: list[Diagnostic]) -> Contents:
    """Map configs; one of the environment gets the variable's value as its content."""
    entries: dict[str, Entry] = {}
    for key, one in declared.items():
        inside = inner(one.value)
        for name, source in given(inside, "file", "content", "environment"):
            variable = text(source.value)
            if name != "environment":
                entries[key] = _content(one, source, name, source.value)
            elif _has_value(variable, source.value, known, found):
                content = scalar(source.value, known.values[variable])
                entries[key] = _content(one, source, "content", content)
    return Contents(entries, {}, frozenset(declared) - frozenset(entries))


def with_existing(contents: Contents, declared: Mapping[str, Entry]) -> Contents:
    """Add the secrets or configs that the swarm has, named as external networks are."""
    existing = {
        key: Entry(one.key, put_together(one.value, _name(key, entries, "")))
        for key, one in declared.items()
        if _is_external(entries := inner(one.value))
    }
    return replace(contents, entries={**contents.entries, **existing}, refused=contents.refused - existing.keys())


def _content(one: Entry, source: Entry, name: str, value: Node) -> Entry:
    return Entry(one.key, mapping(one.value, {name: Entry(scalar(source.key, name), value)}))


def _has_value(variable: str, place: Node, known: Known, found: list[Diagnostic]) -> bool:
    if variable in known.values:
        return True
    if variable in known.ambiguous:
        message = f'variable "{variable}" has different values in included projects'
        found.append(unsupported(place, message, "use another name in one of them"))
        return False
    found.append(invalid(place, f'variable "{variable}" has no value', "set it in the environment or in .env"))
    return False


def declared(root: MappingNode, section: str) -> Mapping[str, Entry]:
    """Return the entries of a section."""
    node = child(root, section)
    return {} if node is None or is_nothing(node) else inner(node)
