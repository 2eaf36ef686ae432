"""What runs in a container and with which rights: the keys that mean the same in both languages, and a few others."""

from __future__ import annotations

import posixpath

from runner.compose.mapping.part import Part, Parts, given, is_nothing, is_zero, same
from runner.compose.mapping.service import Project, Service
from runner.compose.mapping.told import unsupported
from runner.compose.node_edit import mapping, scalar, sequence
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode

SAME = (
    "user",
    "group_add",
    "working_dir",
    "hostname",
    "domainname",
    "platform",
    "runtime",
    "init",
    "tty",
    "stdin_open",
    "privileged",
    "cap_add",
    "cap_drop",
    "uts",
    "userns_mode",
    "cgroup",
    "cgroup_parent",
    "device_cgroup_rules",
    "extra_hosts",
    "dns",
    "dns_search",
    "dns_opt",
    "tmpfs",
    "read_only",
    "stop_signal",
)
"""Keys whose canonical value means the same in runner's language."""
PAIRS = ("environment", "labels", "annotations", "sysctls", "storage_opt")
"""Keys with names that the file chooses."""
_FILE_OPTION = "seccomp"
_NO_FILES = ("unconfined", "builtin")


def process(service: Service, project: Project) -> Parts:
    """Yield the keys of the process, in the order in which people write them."""
    yield from _command(service, project)
    for name, entry in given(service.entries, *PAIRS):
        yield Part((name,), entry.key, named(entry.value))
    for name, entry in given(service.entries, *SAME):
        yield same(entry, name)
    for name, entry in given(service.entries, "shm_size"):
        if not is_zero(entry.value):
            yield same(entry, name)
    for name, entry in given(service.entries, "stop_grace_period"):
        yield Part((name,), entry.key, duration(entry.value))
    for name, entry in given(service.entries, "security_opt"):
        yield Part((name,), entry.key, _security(entry.value, project.folder))
    for name, entry in given(service.entries, "ulimits"):
        yield Part((name,), entry.key, _ulimits(entry.value))


def _command(service: Service, project: Project) -> Parts:
    """Yield command and entrypoint; an empty entrypoint clears the image's, an empty command says nothing."""
    entrypoint, command = service.entries.get("entrypoint"), service.entries.get("command")
    if entrypoint is not None and isinstance(entrypoint.value, SequenceNode):
        if entrypoint.value.items:
            yield same(entrypoint, "entrypoint")
        elif command is None or is_nothing(command.value):
            help = "write the image's command as command, too"
            message = "an empty entrypoint without a command is not supported"
            project.found.append(unsupported(entrypoint.key, message, help))
        else:
            cleared = sequence(entrypoint.value, [scalar(entrypoint.value, "")])
            yield Part(("entrypoint",), entrypoint.key, cleared)
    if command is not None and not is_nothing(command.value):
        yield same(command, "command")


def named(node: Node) -> Node:
    """Return a map of names that the file chooses; as a list, if a name would be an extension in runner's language."""
    if not isinstance(node, MappingNode) or not any(name.startswith("x-") for name in node.entries):
        return node
    return sequence(node, [_pair(entry) for entry in node.entries.values()])


def _pair(entry: Entry) -> ScalarNode:
    value = entry.value
    written = entry.key.text
    if isinstance(value, ScalarNode) and not value.is_null:
        written = f"{written}={value.text}"
    return scalar(value, written)


def duration(node: Node) -> Node:
    """Return a duration with the unit of microseconds in ASCII."""
    if isinstance(node, ScalarNode) and "µ" in node.text:
        return scalar(node, node.text.replace("µ", "u"))
    return node


def _security(node: Node, folder: str) -> Node:
    """Return security options; the file of a seccomp profile is relative to the project's folder."""
    if not isinstance(node, SequenceNode):
        return node
    return sequence(node, [_located(item, folder) for item in node.items])


def _located(item: Node, folder: str) -> Node:
    if not isinstance(item, ScalarNode) or not item.text.startswith(_FILE_OPTION):
        return item
    sign = item.text[len(_FILE_OPTION) : len(_FILE_OPTION) + 1]
    file = item.text[len(_FILE_OPTION) + 1 :]
    if sign not in (":", "=") or file in _NO_FILES:
        return item
    return scalar(item, f"{_FILE_OPTION}{sign}{posixpath.join(folder, file)}")


def _ulimits(node: Node) -> Node:
    """Return limits; one that isn't given besides the other is 0, as in Compose."""
    if not isinstance(node, MappingNode):
        return node
    return mapping(node, {name: Entry(one.key, _both(one.value)) for name, one in node.entries.items()})


def _both(node: Node) -> Node:
    if not isinstance(node, MappingNode) or {"soft", "hard"} <= node.entries.keys():
        return node
    absent = {name: Entry(scalar(node, name), scalar(node, 0)) for name in ("soft", "hard")}
    return mapping(node, {**absent, **{name: one for name, one in node.entries.items() if name in absent}})
