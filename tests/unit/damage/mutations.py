"""Documents as somebody would damage or forge them: one change each, the same for the same seed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

ODD: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 5, 1.5, 1e308, 2**63, 10**400, "", "x", "1", "\0", "\ud800", "\udcff", "\x1b]0;T\a"),
    *(
        "../../etc/passwd",
        "/etc/passwd",
        "/",
        "a" * 70_000,
        "container.web[99999999999999999999]",
        "sha256:" + "g" * 64,
    ),
    *(
        [],
        {},
        [[]],
        {"a": 5},
        [5],
        [None],
        {"": {"": {}}},
        ["x", {"y": [1]}],
        "2026-01-01",
        "0001-01-01T00:00:00+14:00",
    ),
)
RAW = (
    *(
        b"",
        b"{",
        b"[]",
        b"null",
        b"5",
        b'"text"',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"NaN",
        b"{}{}",
        b"{}\n",
        b"\0" * 512,
    ),
    *(b"[" * 200_000, b'{"a":' * 200_000, b"[" * 100 + b"]" * 100, b'{"a": 1, "a": 2}', b"-Infinity", b"1e999"),
)

NO_JSON = (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"[" * 2000, b'{"a": 1, "a": 1}', b"01", b"1" * 5000)
_ROOT, _STAND_IN = "root", "no JSON"


def damaged_text(text: str, random: Random) -> bytes:
    """Return a JSON text with one thing changed in what it says, or in how it is written."""
    choice = random.random()
    if choice < 0.7:
        return changed(json.loads(text), random)
    if choice < 0.75:
        return random.choice(RAW)
    return damaged_bytes(text.encode(), random)


def changed(document: Any, random: Random) -> bytes:
    """Return a document with one value replaced, taken out, renamed or written as no JSON."""
    whole = {_ROOT: copy.deepcopy(document)}
    holder, key = random.choice([*_places(whole)])
    how = random.random()
    if how < 0.6:
        holder[key] = copy.deepcopy(random.choice(ODD))
    elif how < 0.75 and isinstance(holder, dict) and holder is not whole:
        del holder[key]
    elif how < 0.85 and isinstance(holder, dict) and holder is not whole:
        holder[random.choice(("", "\0", "x" * 500, "container", "=", "a=b", "\ud800"))] = holder.pop(key)
    else:
        holder[key] = _STAND_IN
    written = json.dumps(whole[_ROOT]).encode()
    return written.replace(f'"{_STAND_IN}"'.encode(), random.choice(NO_JSON), 1)


def damaged_bytes(content: bytes, random: Random) -> bytes:
    """Return bytes with some of them cut off, changed, taken out or put in."""
    at = random.randrange(len(content) + 1)
    end = min(len(content), at + random.choice((1, 1, 4, 100)))
    new = random.choice(
        (b"", bytes([random.randrange(256)]), random.randbytes(4), b"\xff" * 12, b"9" * 12, content[at:end] * 2)
    )
    return content[:at] if random.random() < 0.2 else content[:at] + new + content[end:]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])
