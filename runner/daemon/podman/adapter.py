"""Podman behind Docker's API: its responses in Docker's form, and workarounds for what it does differently.

Only the gateway knows about Podman. All quirks were seen on Podman 4.3.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from runner.core.engine_answers import EngineJSON, RegistryImage
from runner.core.errors import Conflict, EngineError, NotFound, Rejected
from runner.daemon.containers import Containers
from runner.daemon.http.api import Api, quote_path
from runner.daemon.images import Images
from runner.daemon.networks import Networks
from runner.daemon.podman.convert import (
    container_form,
    has_labelled_volume,
    image_form,
    network_form,
    probe_is_due,
    wants_labelled_volume,
)
from runner.daemon.podman.create_label import decode_label, encode_label
from runner.daemon.volumes import Volumes

UNSUPPORTED = {
    "attachable": "is not stored by Podman",
    "cgroup": "is ignored by Podman",
    "device_cgroup_rules": "is ignored by Podman",  # podman#17106
    "domainname": "is ignored by Podman",
    "driver_opts.*": "is ignored by Podman, except for mtu",
    "gpus": "is ignored by Podman",  # podman#22645
    "ipam.driver": "is ignored by Podman",
    "ipam.options": "is ignored by Podman",
    "ipc: none": "is ignored by Podman",
    "limits.io.weight": "is ignored by Podman",
    "limits.memory_swap: -1": "is treated as twice the memory by Podman",
    "logging.options": "is not reported by Podman, so changes cannot be detected",
    "networks.ipv4_address": "is not reported by Podman, so changes cannot be detected",
    "networks.ipv6_address": "is not reported by Podman, so changes cannot be detected",
    "runtime": "cannot be set per container on Podman",
    "security_opt.seccomp: FILE": "must be a file on Podman's own host; it is not sent there",  # podman#27710
    "security_opt.systempaths": "is ignored by Podman",
    "volumes.bind.create_host_path": "is always true on Podman, which creates missing folders",
}
"""Keys, and values of some, that Podman ignores; each reason continues a sentence that begins with the key."""
_GRACE = 10
"""Docker's default stop timeout in seconds; Podman would kill the container at once (podman#19704)."""


class PodmanContainers(Containers):
    """See `core.gateway.Containers`."""

    def __init__(self, api: Api) -> None:
        super().__init__(api)
        self._volumes = Volumes(api)

    def inspect(self, ref: str) -> EngineJSON:
        """Return the whole document; an overdue health probe is run on the way.

        Podman leaves its probes to systemd timers: without systemd, nothing else ever runs them (podman#19326).
        """
        document = super().inspect(ref)
        if probe_is_due(document):
            self._probe(document["Id"])
            document = super().inspect(ref)
        return decode_label(container_form(document))

    def was_stopped(self, inspect: EngineJSON) -> bool | None:
        """Return None: Podman's events tell of no signals that its own stop sends."""
        return None

    def _probe(self, id: str) -> None:
        try:
            self._api.get(f"/libpod/containers/{id}/healthcheck")
        except EngineError:
            return  # the container has just exited, which shows in the document that is read next

    def create(self, name: str, body: EngineJSON, *, platform: str = "") -> str:
        """Create without starting; return the id."""
        volumes: list[str] = []
        try:
            whole = encode_label({"StopTimeout": _GRACE, **self._with_healthcheck(self._with_volumes(body, volumes))})
            return super().create(name, whole, platform=platform)
        except EngineError:
            self._remove_volumes(volumes)
            raise

    def _with_volumes(self, body: EngineJSON, made: list[str]) -> EngineJSON:
        """Create the anonymous volumes that have labels, which Podman would drop; append their names to `made`."""
        host_config = body.get("HostConfig") or {}
        if not any(map(wants_labelled_volume, host_config.get("Mounts") or ())):
            return body
        mounts = []
        for mount in host_config["Mounts"]:
            if wants_labelled_volume(mount):
                made.append(self._volumes.create({"Labels": mount["VolumeOptions"]["Labels"]}))
                mounts.append({**mount, "Source": made[-1]})
            else:
                mounts.append(mount)
        return {**body, "HostConfig": {**host_config, "Mounts": mounts}}

    def _with_healthcheck(self, body: EngineJSON) -> EngineJSON:
        """Complete a healthcheck with the image's, as Docker does."""
        given = body.get("Healthcheck")
        if not given or given.get("Test") == ["NONE"]:
            return body
        return {**body, "Healthcheck": {**image_healthcheck(self._api, body["Image"]), **given}}

    def remove(self, ref: str, *, volumes: bool = False) -> None:
        """Kill and remove it; the labelled volumes that were created for it alone are removed here."""
        own = self._labelled_volumes(ref) if volumes else []
        super().remove(ref, volumes=volumes)
        self._remove_volumes(own)

    def _labelled_volumes(self, ref: str) -> list[str]:
        try:
            mounts = decode_label(super().inspect(ref))["HostConfig"].get("Mounts") or ()
        except NotFound:
            return []
        return [mount["Source"] for mount in mounts if has_labelled_volume(mount)]

    def _remove_volumes(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(Conflict):  # another container mounts it as well
                self._volumes.remove(name)

    def update(self, ref: str, body: EngineJSON) -> None:
        """Raise Rejected: Podman 4 can't update a container, neither by Docker's API nor by its own (podman#14678)."""
        raise Rejected("podman cannot update a container in place", help="it must be recreated", code="engine-cannot")


class PodmanImages(Images):
    """See `core.gateway.Images`."""

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them."""
        return [image_form(image) for image in super().list()]

    def inspect(self, ref: str) -> EngineJSON:
        """Return the whole document, with the healthcheck that Podman reports in its own API only."""
        image = image_form(super().inspect(ref))
        healthcheck = image_healthcheck(self._api, ref)
        return {**image, "Config": {**image["Config"], "Healthcheck": healthcheck}} if healthcheck else image

    def registry_digest(self, ref: str) -> RegistryImage:
        """Raise Rejected: Podman has no such endpoint (podman#17726)."""
        raise Rejected(f"podman cannot query the registry for {ref}", help="it must be pulled", code="engine-cannot")


def image_healthcheck(api: Api, ref: str) -> EngineJSON:
    """Return the healthcheck of an image; an empty one when it has none."""
    return api.get(f"/libpod/images/{quote_path(ref)}/json").get("Healthcheck") or {}


class PodmanNetworks(Networks):
    """See `core.gateway.Networks`; a network's name is its id, as in Podman's container documents (podman#24910)."""

    def list(self) -> Sequence[EngineJSON]:
        """Return all of them."""
        return [network_form(network) for network in super().list()]

    def create(self, body: EngineJSON) -> str:
        """Create one; return its name."""
        super().create(body)
        return str(body["Name"])
