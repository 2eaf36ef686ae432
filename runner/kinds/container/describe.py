"""The description of a container: its configuration beside its image's, and its limits beside its usage."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from runner.core.engine_answers import EngineJSON
from runner.core.errors import EngineError
from runner.core.inspection import Description, Memory, Row, Table, table_from
from runner.core.state import ObservedResource
from runner.core.values import Value, is_empty
from runner.kinds.container.live_health import read_health
from runner.kinds.container.observe import inspect_image
from runner.kinds.container.options.limits import LIMITS
from runner.kinds.container.options.memory import MEMORY_SIZE, SWAP
from runner.kinds.image.config import compare_columns, config_of
from runner.resource.field import Field
from runner.resource.observation import ObserveContext
from runner.resource.platform import platform_of

_LIMITS = "limits."
_SIZES = (MEMORY_SIZE, SWAP)
_PROBE = "healthcheck.test"
_PROBES = 5
"""How many health check results are shown: as many as the engine keeps."""


def describe(context: ObserveContext, observed: ObservedResource) -> Description:
    """Describe a container of the engine."""
    document = context.gateway.containers.inspect(observed.id)
    image = inspect_image(context.gateway, document["Image"])
    limits = _limits(document["HostConfig"], _stats(context, document))
    sides = (config_of(image.get("Config") or {}), config_of(document["Config"]))
    return Description(
        _facts(document, image),
        (
            compare_columns("config", ("image", "container"), sides),
            table_from("limits", "key", ("limit", "used"), limits, _LIMITS),
            _mounts(document),
            _networks(document),
            Table("probes", ("began", "exit_code", "output"), tuple(map(_probe, _probes(document))), places=(_PROBE,)),
        ),
    )


def _facts(document: EngineJSON, image: EngineJSON) -> dict[str, Value]:
    state, health = document["State"], read_health(document)
    return {
        "id": document["Id"],
        "name": document["Name"].lstrip("/"),
        "state": health.phase,
        "health": health.health,
        "started": state["StartedAt"],
        "exit_code": None if state["Running"] else state["ExitCode"],
        "restarts": document.get("RestartCount", 0),
        "image": document["Config"].get("Image"),
        "image_id": document["Image"],
        "image_digests": tuple(image.get("RepoDigests") or ()),
        "platform": platform_of(image),
        "ports": health.ports,
    }


def _stats(context: ObserveContext, document: EngineJSON) -> EngineJSON:
    """Return the resource usage of a running container; empty if it isn't running or exits meanwhile."""
    if document["State"]["Running"]:
        with suppress(EngineError):
            return context.gateway.containers.stats(document["Id"])
    return {}


def _limits(host_config: EngineJSON, stats: EngineJSON) -> dict[str, Row]:
    """Return every limit that is set, and every known usage, whether limited or not."""
    used = {
        "memory": _memory(stats),
        "cpus": _processors(stats),
        "pids": (stats.get("pids_stats") or {}).get("current"),
    }
    limits = {row.name.removeprefix(_LIMITS): _limit(row, host_config) for row in LIMITS}
    limits["cpus"] = _cpus(host_config)
    known = {key: {"limit": limit, "used": used.get(key)} for key, limit in limits.items()}
    rows = {key: {side: value for side, value in row.items() if value is not None} for key, row in known.items()}
    return {key: row for key, row in rows.items() if row}


def _limit(row: Field, host_config: EngineJSON) -> Value:
    found = row.bind.read({"HostConfig": host_config})
    if is_empty(found) or found == row.default.value:
        return None
    return Memory(found) if row.codec in _SIZES and isinstance(found, int) and found > 0 else row.codec.show(found)


def _cpus(host_config: EngineJSON) -> float | None:
    nano, quota = host_config.get("NanoCpus") or 0, host_config.get("CpuQuota") or 0
    if nano:
        return float(nano / 1e9)
    return float(quota / (host_config.get("CpuPeriod") or 100_000)) if quota > 0 else None


def _memory(stats: EngineJSON) -> Memory | None:
    """Return the bytes in use without the reclaimable page cache, as `docker stats` counts them."""
    memory = stats.get("memory_stats") or {}
    if "usage" not in memory:
        return None
    details = memory.get("stats") or {}
    return Memory(memory["usage"] - (details.get("total_inactive_file") or details.get("inactive_file") or 0))


def _processors(stats: EngineJSON) -> float | None:
    """Return how many processors it kept busy between the engine's two samples."""
    now, before = (stats.get(key) or {} for key in ("cpu_stats", "precpu_stats"))
    time = now.get("system_cpu_usage", 0) - before.get("system_cpu_usage", 0)
    if not time or "system_cpu_usage" not in before:
        return None
    used = now["cpu_usage"]["total_usage"] - before["cpu_usage"]["total_usage"]
    return round(float(used / time * (now.get("online_cpus") or 1)), 3)


def _mounts(document: EngineJSON) -> Table:
    rows: list[Row] = [
        {
            "target": mount["Destination"],
            "type": mount["Type"],
            "source": mount.get("Name") or mount.get("Source") or None,
            "mode": "rw" if mount.get("RW") else "ro",
        }
        for mount in document.get("Mounts") or ()
    ]
    # The engine doesn't list a tmpfs of the short form among the mounts.
    in_memory = document["HostConfig"].get("Tmpfs") or {}
    rows += [{"target": target, "type": "tmpfs", "mode": mode or "rw"} for target, mode in in_memory.items()]
    in_order = tuple(sorted(rows, key=lambda row: str(row["target"])))
    return Table("mounts", ("target", "type", "source", "mode"), in_order, places=("volumes.", "tmpfs."))


def _networks(document: EngineJSON) -> Table:
    networks: Mapping[str, Any] = document["NetworkSettings"].get("Networks") or {}
    columns = {"address": "IPAddress", "ipv6": "GlobalIPv6Address", "gateway": "Gateway", "mac": "MacAddress"}
    if not any(endpoint.get(columns["ipv6"]) for endpoint in networks.values()):
        del columns["ipv6"]
    rows: dict[str, Row] = {
        name: {
            **{column: endpoint.get(key) or None for column, key in columns.items()},
            "aliases": tuple(endpoint.get("Aliases") or ()),
        }
        for name, endpoint in sorted(networks.items())
    }
    return table_from("networks", "name", (*columns, "aliases"), rows, "networks.")


def _probes(document: EngineJSON) -> list[Mapping[str, Any]]:
    return ((document["State"].get("Health") or {}).get("Log") or [])[-_PROBES:]


def _probe(entry: Mapping[str, Any]) -> Row:
    return {
        "began": entry.get("Start"),
        "exit_code": entry.get("ExitCode"),
        "output": str(entry.get("Output") or "").strip() or None,
    }
