"""What becomes of each key of a service's `deploy`: much of it does nothing on a plain engine, under Compose either."""

from __future__ import annotations

from collections.abc import Mapping

from runner.compose.mapping.fate import Fate, Ignored, Mapped, Unsupported

_SWARM = "only Swarm uses it"

DEPLOY: Mapping[str, Fate] = {
    "mode": Ignored(_SWARM, harmless=("replicated",)),
    "replicas": Mapped("containers.KEY.replicas"),
    "labels": Ignored("they are those of a Swarm service; containers have labels of their own"),
    "update_config": Ignored(_SWARM),
    "rollback_config": Ignored(_SWARM),
    "resources.limits.cpus": Mapped("containers.KEY.limits.cpus"),
    "resources.limits.memory": Mapped("containers.KEY.limits.memory"),
    "resources.limits.pids": Mapped("containers.KEY.limits.pids"),
    "resources.reservations.cpus": Ignored(_SWARM),
    "resources.reservations.memory": Mapped("containers.KEY.limits.memory_reservation"),
    "resources.reservations.devices.capabilities": Mapped("containers.KEY.gpus", "`gpu` must be among them"),
    "resources.reservations.devices.driver": Mapped("containers.KEY.gpus"),
    "resources.reservations.devices.count": Mapped("containers.KEY.gpus"),
    "resources.reservations.devices.device_ids": Mapped("containers.KEY.gpus"),
    "resources.reservations.devices.options": Unsupported("a driver gets no options", "remove them"),
    "resources.reservations.generic_resources": Ignored(_SWARM),
    "restart_policy.condition": Mapped("containers.KEY.restart", "wins over that of the service"),
    "restart_policy.delay": Ignored("the engine chooses the delay"),
    "restart_policy.max_attempts": Mapped("containers.KEY.restart"),
    "restart_policy.window": Ignored("the engine chooses the window"),
    "placement": Ignored(_SWARM),
    "endpoint_mode": Ignored(_SWARM),
}
