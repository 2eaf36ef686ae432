"""What a workflow's things on the engine come to, without what no two runs have in common: ids, addresses and times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from docker import DockerClient

from tests.harness.live import Live

_OWN = "runner."


def description(live: Live, client: DockerClient) -> dict[str, Any]:
    """Return everything that bears the workflow's name, how its containers are, and all that has no name of its own.

    Of the latter the whole engine's counts: what a run left behind may belong to nobody.
    """
    containers = {name: _container(client.api.inspect_container(id)) for name, id in live.containers.items()}
    return {
        "everything": sorted(live.everything),
        "containers": containers,
        "volumes": sorted(_volumes(client)),
        "number of containers": len(client.api.containers(all=True)),
    }


def differences(expected: Any, found: Any, path: str = "") -> list[str]:
    """Name what two portraits do not have in common."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        keys = sorted({*expected, *found})
        return [line for key in keys for line in differences(expected.get(key), found.get(key), f"{path} {key}")]
    if isinstance(expected, list) and isinstance(found, list):
        missing, more = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
        return [*(f"{path} lacks {one}" for one in missing), *(f"{path} has {one}" for one in more)]
    return [] if expected == found else [f"{path} is {found}, not {expected}"]


def _container(inspect: dict[str, Any]) -> dict[str, Any]:
    config, host_config, state = inspect["Config"], inspect["HostConfig"], inspect["State"]
    networks = inspect["NetworkSettings"]["Networks"]
    own = {inspect["Id"][:12], config["Hostname"]}
    return {
        "status": state["Status"],
        "image": config["Image"],
        "environment": sorted(config["Env"] or ()),
        "command": config["Cmd"],
        "memory": host_config["Memory"],
        "networks": {name: sorted({*(endpoint["Aliases"] or ())} - own) for name, endpoint in networks.items()},
        "mounts": sorted(mount["Destination"] for mount in inspect["Mounts"]),
    }


def _volumes(client: DockerClient) -> list[str]:
    """Describe each volume by who mounts it, and each record by whose it is."""
    containers = client.api.containers(all=True)
    names = {one["Id"]: one["Names"][0].lstrip("/") for one in containers}
    users: dict[str, list[str]] = {}
    for one in containers:
        for mount in one["Mounts"]:
            users.setdefault(mount.get("Name", ""), []).append(f"{names[one['Id']]}:{mount['Destination']}")
    return [_volume(volume, names, users) for volume in client.api.volumes()["Volumes"] or ()]


def _volume(volume: Mapping[str, Any], names: Mapping[str, str], users: Mapping[str, list[str]]) -> str:
    own = {key: value for key, value in (volume["Labels"] or {}).items() if key.startswith(_OWN)}
    subject = own.get("runner.container")
    if subject is not None:
        return f"record of {names.get(subject, 'nothing')}"
    return f"volume of {', '.join(sorted(users.get(volume['Name'], ()))) or 'nobody'}: {' '.join(sorted(own))}"
