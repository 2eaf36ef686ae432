"""JSON as engines send and take it: the one place that knows the decoder and the encoder."""

from __future__ import annotations

import json
from typing import Any

from runner.core.struct import NotJSON, decode_json


def read_json(content: bytes) -> Any:
    """Decode a document; ValueError or RecursionError where it isn't one."""
    try:
        return decode_json(content)
    except NotJSON:  # or what only Python takes for JSON, such as a lone surrogate
        return json.loads(content)


def write_json(document: Any) -> bytes:
    """Encode a document."""
    return json.dumps(document).encode()
