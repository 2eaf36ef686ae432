"""Conversion of Podman's JSON to Docker's. Pure; independent of the connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from runner.core.engine_answers import EngineJSON
from runner.resource.image_reference import familiar

_OWN_MODES = {"rw", "rprivate", "nosuid", "nodev", "rbind", "tmpcopyup"}
"""Mount options that Podman adds by itself."""
_ULIMIT = "RLIMIT_"
_MTU = "com.docker.network.driver.mtu"
"""Docker's name for the one option of a network that Podman keeps, as "mtu"."""
_PROBE_PAUSE = 30
"""The default interval between two health probes, in seconds."""


def container_form(inspect: EngineJSON) -> EngineJSON:
    """Return a container's document in Docker's form."""
    host_config = {**_host_config(inspect["HostConfig"]), "NetworkMode": _network_mode(inspect)}
    return {**inspect, "Config": _config(inspect["Config"]), "HostConfig": host_config}


def _network_mode(inspect: EngineJSON) -> str:
    """Return the network that it was created on: Podman reports "bridge" for any of them, and of several not which."""
    mode, networks = str(inspect["HostConfig"]["NetworkMode"]), inspect["NetworkSettings"].get("Networks") or {}
    return mode if mode != "bridge" or not networks or mode in networks else str(next(iter(networks)))


def _config(config: EngineJSON) -> EngineJSON:
    return {**config, "Image": familiar(config["Image"])} if config.get("Image") else config


def _host_config(host_config: EngineJSON) -> EngineJSON:
    tmpfs = {path: _options(options.split(",")) for path, options in (host_config.get("Tmpfs") or {}).items()}
    ulimits = [{**limit, "Name": _ulimit(limit["Name"])} for limit in host_config.get("Ulimits") or ()]
    binds = [_bind(bind) for bind in host_config.get("Binds") or ()]
    return {**host_config, "Binds": binds, "Tmpfs": tmpfs, "Ulimits": ulimits}


def _bind(bind: str) -> str:
    """Remove from a mount the options that Podman added.

    >>> _bind("data:/data:ro,rprivate,nosuid,nodev,rbind")
    'data:/data:ro'
    """
    source, target, *modes = bind.split(":")
    return ":".join((source, target, *filter(None, [_options(modes[0].split(","))] if modes else [])))


def _options(options: Iterable[str]) -> str:
    return ",".join(option for option in options if option not in _OWN_MODES)


def _ulimit(name: str) -> str:
    return name.removeprefix(_ULIMIT).lower()


def image_form(image: EngineJSON) -> EngineJSON:
    """Return an image's document with short names, as Docker has them."""
    return {**image, **{key: [familiar(name) for name in image.get(key) or ()] for key in ("RepoTags", "RepoDigests")}}


def network_form(network: EngineJSON) -> EngineJSON:
    """Return a network's document with its name as its id: containers refer to it by name."""
    options = network.get("Options") or {}
    mtu = {_MTU: options["mtu"]} if "mtu" in options else {}
    return {**network, "Id": network["Name"], "Options": {**options, **mtu}}


def has_labelled_volume(mount: EngineJSON) -> bool:
    """Return whether a mount in a create body is of a volume with labels of its own."""
    return bool((mount.get("VolumeOptions") or {}).get("Labels"))


def wants_labelled_volume(mount: EngineJSON) -> bool:
    """Return whether a mount in a create body is of a new volume that is to have labels."""
    return has_labelled_volume(mount) and not mount.get("Source")


def probe_is_due(inspect: EngineJSON) -> bool:
    """Return whether a running container is still "starting", and its last probe is at least an interval ago."""
    state: Mapping[str, Any] = inspect["State"]
    health = state.get("Health") or {}
    if not state["Running"] or health.get("Status") != "starting":
        return False
    log = health.get("Log") or ()
    last = datetime.fromisoformat(log[-1]["End"] if log else state["StartedAt"])
    interval = (inspect["Config"].get("Healthcheck") or {}).get("Interval") or _PROBE_PAUSE * 1_000_000_000
    return (datetime.now(UTC) - last).total_seconds() >= interval / 1_000_000_000
