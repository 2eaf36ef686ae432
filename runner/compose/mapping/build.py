"""The build of a service as an entry of `images`."""

from __future__ import annotations

from collections.abc import Mapping

from runner.compose.mapping.part import Part, Parts, given, is_zero, put_together, same
from runner.compose.mapping.process import named
from runner.compose.mapping.service import Service
from runner.compose.mapping.told import ignored, unsupported
from runner.compose.node_edit import child, items, mapping, scalar, sequence, text
from runner.core.diagnostic import Diagnostic
from runner.document.nodes import Entry, MappingNode, Node, ScalarNode
from runner.resource.image_reference import familiar

SAME = ("context", "dockerfile_inline", "target", "network", "extra_hosts", "no_cache", "pull", "ssh")
"""Keys of `build` whose canonical value means the same in runner's language."""
CACHES = ("cache_from", "cache_to")
PAIRS = ("args", "labels")
_DOCKERFILE = "Dockerfile"
_OF_SERVICE = "service:"
_LOCAL = "type=local"
_REMOTE = ("://", "git@")


def build_entry(
    project: str, service: Service, services: Mapping[str, Service], found: list[Diagnostic], *, pushes: bool
) -> Node:
    """Map a build; its tag is what Compose would give it.

    With `pushes`, it is pushed under the name that the file gives it: without one, no other node could get it.
    """
    build = service.entries["build"]
    pushed = [Part(("push",), one.key, scalar(one.value, pushes)) for _, one in given(service.entries, "image")]
    parts = (*_parts(project, service, services, found), *(pushed if pushes else ()))
    return put_together(build.value, parts)


def is_remote(service: Service, found: list[Diagnostic]) -> bool:
    """Report a build context that is a repository or an archive elsewhere."""
    context = service.value("build", "context")
    if context is None or not any(sign in text(context) for sign in _REMOTE):
        return False
    help = "clone it, and name the folder"
    found.append(unsupported(context, "a remote build context is not supported", help))
    return True


def _parts(project: str, service: Service, services: Mapping[str, Service], found: list[Diagnostic]) -> Parts:
    entries = service.within("build")
    yield from (Part(("build", part.to[0]), part.place, part.value) for part in _build(entries, services, found))
    platforms = items(service.value("build", "platforms"))
    if platform := service.entries.get("platform"):
        yield same(platform, "build", "platform")
    elif len(platforms) == 1:
        yield Part(("build", "platform"), entries["platforms"].key, platforms[0])
    elif platforms:
        help = "build for one platform, or build with docker buildx and name the result as image"
        found.append(unsupported(entries["platforms"].key, "a build for several platforms is not supported", help))
    for _, image in given(service.entries, "image"):
        if text(image.value) != familiar(f"{project}-{service.name}"):
            yield same(image, "tag")
    for _, tags in given(entries, "tags"):
        yield same(tags, "tags")


def _build(entries: Mapping[str, Entry], services: Mapping[str, Service], found: list[Diagnostic]) -> Parts:
    for name, entry in given(entries, *SAME):
        yield same(entry, name)
    for _, entry in given(entries, "dockerfile"):
        if text(entry.value) != _DOCKERFILE and "dockerfile_inline" not in entries:
            yield same(entry, "dockerfile")
    for name, entry in given(entries, *PAIRS):
        yield Part((name,), entry.key, named(entry.value))
    for name, entry in given(entries, *CACHES):
        caches = [cache for cache in items(entry.value) if not _is_on_this_machine(cache, found)]
        if caches:
            yield Part((name,), entry.key, sequence(entry.value, caches))
    for name, entry in given(entries, "shm_size"):
        if not is_zero(entry.value):
            yield same(entry, name)
    for name, entry in given(entries, "secrets"):
        yield Part((name,), entry.key, sequence(entry.value, map(_secret, items(entry.value))))
    for name, entry in given(entries, "additional_contexts"):
        yield Part((name,), entry.key, _contexts(entry.value, services))


def _is_on_this_machine(cache: Node, found: list[Diagnostic]) -> bool:
    """Report a cache in a folder of this machine, without which a build only takes longer."""
    if _LOCAL not in text(cache).split(","):
        return False
    found.append(ignored(cache, "a cache in a folder is ignored", "use a registry: type=registry,ref=NAME"))
    return True


def _secret(grant: Node) -> Node:
    """Return the grant of a secret to a build: only source and target count there."""
    if not isinstance(grant, MappingNode):
        return grant
    return mapping(grant, dict(given(grant.entries, "source", "target")))


def _contexts(node: Node, services: Mapping[str, Service]) -> Node:
    if not isinstance(node, MappingNode):
        return node
    return mapping(node, {name: Entry(one.key, _context(one.value, services)) for name, one in node.entries.items()})


def _context(node: Node, services: Mapping[str, Service]) -> Node:
    """Return a context; that of another service is its image."""
    if not isinstance(node, ScalarNode) or not node.text.startswith(_OF_SERVICE):
        return node
    name = node.text.removeprefix(_OF_SERVICE)
    service = services.get(name)
    if service is None or "build" in service.entries:
        return scalar(node, f"image:{name}")
    return scalar(node, f"docker-image://{text(child(service.node, 'image'))}")
