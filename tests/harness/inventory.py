"""What is on an engine, and how to remove what one workflow owns there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from docker import DockerClient
from docker.errors import NotFound

_OWNER = "runner.workflow"
_PROJECT = "com.docker.compose.project"
"""The label that Docker Compose gives; what runner has taken over has only this one."""
_BUILT = re.compile(r"runner\.cache/([^/]+)/")
_ANONYMOUS = re.compile(r"[0-9a-f]{64}")


def inventory(client: DockerClient) -> frozenset[str]:
    """Name everything on the engine: "container web", "network shop_default", "volume data", "image busybox:stable"."""
    return frozenset(_everything(client))


def _everything(client: DockerClient) -> Iterator[str]:
    api = client.api
    for container in api.containers(all=True):
        yield f"container {container['Names'][0].lstrip('/')}"
    for network in api.networks():
        yield f"network {network['Name']}"
    for volume in api.volumes()["Volumes"] or []:
        yield f"volume {volume['Name']}"
    for image in api.images(filters={"dangling": False}):  # the nameless ones are the engine's build cache
        for tag in image["RepoTags"] or []:
            yield f"image {tag}"


def workflows(client: DockerClient) -> frozenset[str]:
    """Name the workflows that own something on the engine, or have built images there."""
    api, owned = client.api, {"label": _OWNER}
    listed = api.containers(all=True, filters=owned) + api.networks(filters=owned)
    listed += api.volumes(filters=owned)["Volumes"] or []
    tags = (tag for image in api.images() for tag in image["RepoTags"] or [])
    built = (found[1] for found in map(_BUILT.match, tags) if found)
    return frozenset((*built, *(thing["Labels"][_OWNER] for thing in listed)))


def remove_workflow(client: DockerClient, name: str) -> None:
    """Remove what the workflow or Compose project `name` has on the engine, and the images that are called after it."""
    for label in (_OWNER, _PROJECT):
        _remove_labelled(client, f"{label}={name}")
    for image in client.api.images():
        for tag in image["RepoTags"] or []:
            if f"/{name}" in tag or tag.startswith(f"{name}-"):
                client.api.remove_image(tag, force=True)


def _remove_labelled(client: DockerClient, label: str) -> None:
    api, owned = client.api, {"label": label}
    for container in api.containers(all=True, filters=owned):
        api.remove_container(container["Id"], force=True, v=True)
        for mount in container["Mounts"]:
            if _ANONYMOUS.fullmatch(mount.get("Name", "")):  # one that moved along is no longer the container's own
                with suppress(NotFound):
                    api.remove_volume(mount["Name"])
    for network in api.networks(filters=owned):
        if network["Scope"] != "swarm":  # a node lists those for a moment longer than there are any
            api.remove_network(network["Id"])
    for volume in api.volumes(filters=owned)["Volumes"] or []:
        api.remove_volume(volume["Name"], force=True)
