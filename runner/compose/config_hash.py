"""The config hashes of Docker Compose 2.40.3: by them it tells whether what it finds is what the file says.

Those of services are not what `docker compose config --hash` prints where a service has an `env_file`: that one keeps
the names of the files, the label on containers doesn't. Independent of how files are read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from runner.core.hashes import sha256

_NO_PART: Final = frozenset({"build", "depends_on", "profiles", "pull_policy", "scale"})
"""Keys of a service that don't change its containers, or whose change Compose sees otherwise."""
_ESCAPED: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""What Go's JSON escapes inside of texts, since it might be put into HTML."""


def service_text(service: Mapping[str, Any]) -> str:
    """Return the text whose SHA-256 digest is the hash of a service, given in the canonical form and order of keys."""
    hashed = {key: value for key, value in service.items() if key not in _NO_PART}
    if isinstance(deploy := hashed.get("deploy"), Mapping):
        hashed["deploy"] = {key: value for key, value in deploy.items() if key != "replicas"}
    return _json(hashed)


def network_hash(network: Mapping[str, Any]) -> str:
    """Return the hash of a network, given in the canonical form and order of keys."""
    return digest(_json(network))


def volume_hash(volume: Mapping[str, Any]) -> str:
    """Return the hash of a volume, given in the canonical form and order of keys: an unset driver counts as `local`."""
    named = {key: volume[key] for key in ("name",) if key in volume}
    rest = {key: value for key, value in volume.items() if key not in ("name", "driver")}
    return digest(_json({**named, "driver": volume.get("driver") or "local", **rest}))


def digest(text: str) -> str:
    """Return the SHA-256 digest of a text, in hexadecimal."""
    return str(sha256(text.encode()).hexdigest())


def _numbers(value: Any) -> Any:
    """Return a value with whole numbers as Go writes them, without a fraction."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _numbers(one) for key, one in value.items()}
    return [_numbers(one) for one in value] if isinstance(value, list) else value


def _json(value: Any) -> str:
    """Write a value as Go's JSON does, without any space."""
    text: str = json.dumps(_numbers(value), separators=(",", ":"), ensure_ascii=False)
    for character, escape in _ESCAPED.items():
        text = text.replace(character, escape)
    return text
