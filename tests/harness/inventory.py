"""What is on an engine, and how to remove what one workflow owns there."""

from __future__ import annotations

from collections.abc import Iterator

from docker import DockerClient

_OWNER = "runner.workflow"


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
    for image in api.images():
        for tag in image["RepoTags"] or []:
            yield f"image {tag}"


def remove_workflow(client: DockerClient, name: str) -> None:
    """Remove whatever carries the label of the workflow `name`."""
    api, owned = client.api, {"label": f"{_OWNER}={name}"}
    for container in api.containers(all=True, filters=owned):
        api.remove_container(container["Id"], force=True, v=True)
    for network in api.networks(filters=owned):
        api.remove_network(network["Id"])
    for volume in api.volumes(filters=owned)["Volumes"] or []:
        api.remove_volume(volume["Name"], force=True)
    for image in api.images(filters=owned):
        for tag in image["RepoTags"] or []:
            api.remove_image(tag, force=True)
