"""Mounts in memory, as `tmpfs` declares them: a path with the mount options of tmpfs(5)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from runner.core.diagnostic import did_you_mean
from runner.core.values import Value
from runner.resource.codec import Codec, Invalid
from runner.resource.mounts import PROPAGATIONS, wanted_target
from runner.resource.scalars import SCALAR_SCHEMA

_FLAGS = frozenset(
    f"{no}{flag}"
    for no in ("", "no")
    for flag in ("suid", "dev", "exec", "atime", "diratime", "relatime", "strictatime", "mand")
) | {"defaults", "ro", "rw", "sync", "async", "dirsync", *PROPAGATIONS}
_SETTINGS = {
    "size": r"\d+([kmgtpe]|%)?",
    "nr_blocks": r"\d+[kmgtpe]?",
    "nr_inodes": r"\d+[kmgtpe]?",
    "mode": "[0-7]{1,5}",
    "uid": r"\d+",
    "gid": r"\d+",
    "mpol": ".+",
}
"""The options of a tmpfs that take a value, with their patterns; tmpfs(5)."""


def parse_tmpfs(raw: Any) -> dict[str, Value]:
    """Parse one or a list of PATH[:OPTIONS] as path → options, sorted."""
    mounts: dict[str, Value] = {}
    for index, item in enumerate(raw if isinstance(raw, list | tuple) else [raw]):
        path, _, options = str(item).partition(":")
        try:
            mounts[wanted_target(path)] = sort_options(_known_options(options))
        except Invalid as invalid:
            raise invalid.within(index) from None
    return mounts


def _known_options(options: str) -> str:
    """Validate the mount options of a tmpfs; Invalid for one that the kernel would reject at start."""
    for option in filter(None, options.split(",")):
        name, equals, value = option.partition("=")
        if (name not in _SETTINGS) if equals else (name not in _FLAGS):
            help = did_you_mean(name, (*_SETTINGS, *_FLAGS)) or f"one of {', '.join((*_SETTINGS, *sorted(_FLAGS)))}"
            raise Invalid(f'unknown tmpfs option "{option}"', help=help)
        if equals and not re.fullmatch(_SETTINGS[name], value, re.ASCII | re.IGNORECASE):
            raise Invalid(f'not a value of {name}: "{value}"', help="write it as in size=64m,mode=1777,uid=1000")
    return options


def sort_options(options: str) -> str:
    """Normalize the order of mount options, which has no meaning."""
    return ",".join(sorted(filter(None, options.split(","))))


def read_tmpfs(mounts: Mapping[str, str] | None) -> dict[str, Value]:
    """Read the engine's Tmpfs."""
    return {posixpath.normpath(path): sort_options(options) for path, options in (mounts or {}).items()}


TMPFS = Codec(
    {"anyOf": [SCALAR_SCHEMA, {"type": "array", "items": SCALAR_SCHEMA}]},
    'a path or a list of paths such as "/run:size=64m"',
    parse_tmpfs,
)
