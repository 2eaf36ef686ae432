"""Secrets and configs that a service's tasks get as files: both by id and name, as managers require."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.core.values import Value, is_decimal
from runner.resource.engine_json import at
from runner.resource.service_binding import InService


def _granted(kind: str) -> InService:
    def write(value: Any) -> list[dict[str, Any]]:
        """Write path → {id, name, uid, gid, mode}."""
        return [
            {
                f"{kind}ID": file["id"],
                f"{kind}Name": file["name"],
                "File": {"Name": path, "UID": str(file["uid"]), "GID": str(file["gid"]), "Mode": file["mode"]},
            }
            for path, file in value.items()
        ]

    def read(value: Any) -> Value:
        return {(granted.get("File") or {}).get("Name", ""): read_one(granted) for granted in value or ()}

    def read_one(granted: Mapping[str, Any]) -> Mapping[str, Value]:
        file = granted.get("File") or {}
        return {
            "id": granted.get(f"{kind}ID"),
            "name": granted.get(f"{kind}Name"),
            **{key: _number(file.get(key.upper()) or "0") for key in ("uid", "gid")},
            "mode": file.get("Mode") or 0,
        }

    return InService(
        bind=at(f"TaskTemplate.ContainerSpec.{kind}s", encode=write, decode=read),
        show=_show,
        note="On a swarm: owned by `user` if that is a number; else by root, mode 0444.",
    )


def _number(id: str) -> Value:
    return int(id) if is_decimal(id) else id


def _show(value: Value) -> Value:
    return {path: _shown(file) for path, file in value.items()} if isinstance(value, Mapping) else value


def _shown(file: Value) -> Value:
    if not isinstance(file, Mapping):
        return file
    mode = file.get("mode")
    bits = f"{mode:04o}" if isinstance(mode, int) else str(mode)
    return f"{file.get('name')} mode {bits} owner {file.get('uid')}:{file.get('gid')}"


SECRETS, CONFIGS = _granted("Secret"), _granted("Config")
