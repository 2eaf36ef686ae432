"""Codecs for build options besides the context: ssh agents, caches, and additional contexts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.lazy_pattern import lazy_pattern
from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.collections import MAP, NULLABLE_SCHEMA, list_of, parse_pairs
from runner.resource.image_reference import is_reference
from runner.resource.scalars import SCALAR_SCHEMA, without_null

IMAGE_KEY = "image:"
"""Prefix of a key under `images`, for a context that is that image's file system."""
IMAGE_NAME = "docker-image://"
"""Prefix of the name of any other image."""

_FOLDERS_OF_CLIENTS = "local"
"""The type of cache that is stored in a folder of the client."""
_SORT = lazy_pattern(r"[a-z0-9-]+")


def parse_agents(raw: Any) -> Value:
    """Parse the ssh agents that a build may use, as id → socket; without a socket, the caller's own agent.

    >>> parse_agents(["default", "work=/run/agent"])
    {'default': '', 'work': '/run/agent'}
    """
    items = [raw] if isinstance(raw, str) else raw
    agents = {id: without_null(path or "", id) for id, path in parse_pairs(items).items()}
    return dict(sorted(agents.items()))


def parse_cache(raw: Any) -> Value:
    """Parse a cache location: an image name, or TYPE and settings as on the docker command line.

    >>> parse_cache("type=registry,ref=a/b,mode=max")
    {'type': 'registry', 'mode': 'max', 'ref': 'a/b'}
    """
    text = str(raw)
    if "=" not in text:
        if not is_reference(text):
            raise Invalid(f'not the name of an image: "{text}"', help="write NAME[:TAG], or type=registry,ref=NAME")
        return {"type": "registry", "ref": text}
    settings = dict(part.partition("=")[::2] for part in text.split(","))
    sort = settings.pop("type", "")
    if not _SORT.fullmatch(sort):
        raise Invalid(f'no type of cache in "{text}"', help="write it such as type=registry,ref=NAME")
    if sort == _FOLDERS_OF_CLIENTS:
        raise Invalid("local cache folders are not supported", help="use a registry: type=registry,ref=NAME")
    return {"type": sort, **dict(sorted(settings.items()))}


def parse_contexts(raw: Any) -> Value:
    """Parse additional sources of a Dockerfile's files, by name: a folder, or an image."""
    contexts = {name: given or "" for name, given in parse_pairs(raw).items()}
    for name, given in contexts.items():
        if not given:
            raise Invalid("an empty context", path=(name,), help=_CONTEXT_HELP)
        if given.startswith(IMAGE_NAME) and not is_reference(given.removeprefix(IMAGE_NAME)):
            raise Invalid(f'not the name of an image: "{given}"', path=(name,), help=f"write {IMAGE_NAME}NAME[:TAG]")
        if not given.startswith((IMAGE_KEY, IMAGE_NAME)) and ("://" in given or given.startswith("service:")):
            raise Invalid(f'not a context: "{given}"', path=(name,), help=_CONTEXT_HELP)
    return dict(contexts)


_CONTEXT_HELP = f"write a folder, {IMAGE_KEY}KEY for an image of this file, or {IMAGE_NAME}NAME for other images"
_NAMES = {"type": "array", "items": SCALAR_SCHEMA}
_MAP = {"type": "object", "additionalProperties": NULLABLE_SCHEMA}

AGENTS = Codec({"anyOf": [{"type": "string"}, _NAMES, _MAP]}, "a list of ids, or of ID=SOCKET", parse_agents)
CACHES = list_of(Codec(SCALAR_SCHEMA, "the name of an image, or type=TYPE,...", parse_cache), "a list of caches")
CONTEXTS = Codec(MAP.schema, "a map from names to folders or images", parse_contexts)


def as_settings(value: Value) -> tuple[str, dict[str, str]]:
    """Split a parsed cache into its type and its settings."""
    settings = {str(name): str(text) for name, text in value.items()} if isinstance(value, Mapping) else {}
    return settings.pop("type", ""), settings
