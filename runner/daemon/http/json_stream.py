"""JSON documents from a stream that sends one per line, in chunks of any size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from runner.daemon.http.json_body import read_json


def json_documents(chunks: Iterable[bytes]) -> Iterator[Any]:
    """Yield each document as soon as its line is complete; a truncated last one is dropped.

    >>> [*json_documents([b'{"a": 1}', b'\\n{"b', b'": 2}\\n{"c":'])]
    [{'a': 1}, {'b': 2}]
    """
    begun = b""
    for chunk in chunks:
        *whole, begun = (begun + chunk).split(b"\n")
        yield from map(read_json, filter(bytes.strip, whole))
