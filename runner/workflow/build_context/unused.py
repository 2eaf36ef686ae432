"""Unused files of a context: how many bytes no instruction of the Dockerfile takes.

This is a hint, and rather too low: from a wildcard or a variable on, everything below counts as used. What the ONBUILD
triggers of a base image take is unknown here. No files are opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from runner.core.build import BuildContext, EntryType
from runner.core.context_filter import select_entries
from runner.core.lazy_pattern import lazy_pattern
from runner.workflow.build_context.dockerfile_syntax import Instruction, escape_character, read_instructions
from runner.workflow.build_context.dockerfile_words import expand

_EVERYTHING = "/"
_ELSEWHERE = lazy_pattern(r"[a-z][a-z0-9+.-]*://|git@|<<")
_COPYING = frozenset({"COPY", "ADD"})


def unused_bytes(dockerfile: str, context: BuildContext, name: str | None = None) -> int:
    """Return how many bytes of a context no `COPY`, `ADD` or `RUN --mount` of a Dockerfile's text takes.

    The Dockerfile itself, if the context has it under `name`, and the ignore file don't count.
    """
    taken = list(_taken(dockerfile))
    used = select_entries(context.entries, taken) if taken else ()
    spared = {name, context.ignore_file, *(entry.hardlink_of or entry.path for entry in used)}
    return sum(
        entry.size
        for entry in context.entries
        if entry.type is EntryType.FILE and not entry.hardlink_of and entry.path not in spared
    )


def _taken(dockerfile: str) -> Iterator[str]:
    """Yield the paths that instructions take from the context, with a wildcard where a path is unknown."""
    escape = escape_character(dockerfile)
    for instruction in map(Instruction.triggered, read_instructions(dockerfile)):
        if instruction.keyword in _COPYING and not instruction.values("from"):
            *sources, _target = _arguments(instruction.words) or ("",)
            yield from (_path(source, escape) for source in sources if not _ELSEWHERE.match(source))
        elif instruction.keyword == "RUN":
            yield from (_mounted(mount, escape) for mount in instruction.values("mount") if _is_of_context(mount))


def _arguments(words: Sequence[str]) -> Sequence[str]:
    """Return an instruction's arguments, which may be written as a JSON array."""
    if words and words[0].startswith("["):
        try:
            return [str(word) for word in json.loads(" ".join(words))]
        except (ValueError, RecursionError):
            pass
    return words


def _path(word: str, escape: str) -> str:
    """Return the expanded path of a word, with a wildcard from its first variable on."""
    plain, dollar, _ = word.partition("$")
    path = expand(plain, {}, escape)
    return _EVERYTHING if path is None else f"{path}{'*' if dollar else ''}" or _EVERYTHING


def _options(mount: str) -> dict[str, str]:
    pairs = (option.strip().partition("=") for option in mount.strip("'\"").split(","))
    return {key.lower(): value for key, _, value in pairs}


def _is_of_context(mount: str) -> bool:
    options = _options(mount)
    return options.get("type", "bind") == "bind" and "from" not in options


def _mounted(mount: str, escape: str) -> str:
    options = _options(mount)
    return _path(options.get("source", options.get("src", _EVERYTHING)), escape)
