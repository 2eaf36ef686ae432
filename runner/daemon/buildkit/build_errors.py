"""Why a build failed: the instruction with its line, the exit code, and its last output.

Based on what engines send as `google.rpc.Status`: JSON forms of the messages in buildkit's solver/errdefs from Engine
23 on, and no details before (20.10; moby#42329).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from runner.core.build import Dockerfile
from runner.core.errors import BuildFailed
from runner.core.lazy_pattern import lazy_pattern
from runner.daemon.buildkit import protobuf as wire
from runner.daemon.buildkit.rpc_call import Status
from runner.daemon.http.engine_messages import FREE_SOME, FULL_DISK, NO_SPACE

_EXIT: Final = lazy_pattern(r"exit code: (\d+)")
_NOISE: Final = lazy_pattern(
    r"^(?:failed to solve(?: with frontend \S+)?: |failed to create LLB definition: |failed to compute cache key: |"
    r"failed to calculate checksum of ref \S+: |rpc error: .*? desc = |\S+: (?=failed to resolve source metadata))+"
)
_STEP: Final = lazy_pattern(r"^\[[^\]]*\] ")
_CUT: Final = ("transport is closing", "error reading from server: EOF", "no active session for")
_SOURCE: Final = "errdefs.Source+json"
_SAID: Final = lazy_pattern(r"\bline \d+")


def is_disconnect(status: Status) -> bool:
    """Return whether a build failed because the engine lost a connection to its client.

    The engine's report of that may arrive before the connection itself ends.
    """
    return not _EXIT.search(status.message) and any(words in status.message for words in _CUT)


def build_error(status: Status, dockerfile: Dockerfile, step: str, output: tuple[str, ...]) -> BuildFailed:
    """Make the error of a build that ended with `status`; `step` is the name of the failed step, if any."""
    instruction = _STEP.sub("", step)
    message = _NOISE.sub("", status.message)
    line = _told_line(status.details) or _only_line(instruction, dockerfile.text)
    place = f" at line {line} of {dockerfile.name}" if line and not _SAID.search(message) else ""
    code = _EXIT.search(message)
    if instruction and code:
        return BuildFailed(f"{instruction}{place} exited with code {code[1]}", output=output)
    if NO_SPACE in message:
        return BuildFailed(FULL_DISK + place, output=output, help=FREE_SOME, code="disk-full")
    return BuildFailed(message + place, output=output, help=_help(message))


def _help(message: str) -> str | None:
    if "failed to do request" in message or "failed to authorize" in message or "pull access denied" in message:
        return "base images not in a registry must be on the engine: load or build them"
    if "unknown cache exporter" in message:
        return "the default image store supports only type=inline; containerd's supports others"
    return None


def _told_line(details: bytes) -> int | None:
    """Return the Dockerfile line that a failure refers to; None if it refers to none, or in an unknown format."""
    try:
        return next(_lines(details), None)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _lines(details: bytes) -> Iterator[int]:
    for number, detail in wire.fields(details):
        named = dict(wire.fields(detail)) if number == 3 and isinstance(detail, bytes) else {}
        if wire.words(named.get(1, b"")).endswith(_SOURCE):
            ranges = json.loads(wire.words(named.get(2, b""))).get("ranges") or ()
            yield from (int(span["start"]["line"]) for span in ranges)


def _only_line(instruction: str, text: str) -> int | None:
    """Return the line on which an instruction begins, if it is the only candidate."""
    words = instruction.split()
    found = [number for number, line in enumerate(text.splitlines(), 1) if words and _begins(line, words)]
    return found[0] if len(found) == 1 else None


def _begins(line: str, words: list[str]) -> bool:
    """Return whether a Dockerfile line is an instruction, or its beginning where the line is continued."""
    start = line.rstrip().rstrip("\\").split()
    return start == words or (line.rstrip().endswith("\\") and len(start) > 1 and words[: len(start)] == start)
