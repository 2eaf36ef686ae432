"""What becomes of keys on a swarm, where it isn't what becomes of them on one engine."""

from __future__ import annotations

from collections.abc import Mapping

from runner.compose.mapping.fate import Fate, Ignored, Mapped, Resolved, Unsupported

_EXISTS = "one that the swarm has"
_NAMED = "that of an external one; others are named after the project, the key and their content"
_AS_IT_IS = "contents are passed on as they are"
_OTHERWISE = "use file or environment"


def _content(section: str) -> Mapping[str, Fate]:
    return {
        f"{section}.*.name": Mapped(f"{section}.KEY.name", _NAMED),
        f"{section}.*.external": Mapped(f"{section}.KEY.external", _EXISTS),
        f"{section}.*.labels": Ignored("they have runner's own"),
        f"{section}.*.template_driver": Unsupported(_AS_IT_IS, _OTHERWISE),
    }


_DRIVERS: Mapping[str, Fate] = {
    f"secrets.*.{key}": Unsupported(_AS_IT_IS, _OTHERWISE) for key in ("driver", "driver_opts")
}
_GRANTS: Mapping[str, Fate] = {
    f"services.*.{section}.{key}": Mapped(f"containers.KEY.{section}")
    for section in ("secrets", "configs")
    for key in ("source", "target", "uid", "gid", "mode")
}
_UPDATES: Mapping[str, Fate] = {
    f"update_config.{key}": Mapped(f"containers.KEY.update.{to}", note)
    for key, to, note in (
        ("parallelism", "parallel", ""),
        ("delay", "delay", ""),
        ("failure_action", "on_failure", "`pause` becomes `keep`; no `continue`"),
        ("monitor", "monitor", ""),
        ("max_failure_ratio", "max_failure_ratio", ""),
        ("order", "order", ""),
    )
}
_DEPLOY: Mapping[str, Fate] = {
    **_UPDATES,
    "rollback_config": Ignored("a rollback takes all tasks at once, in the order of update_config"),
    "mode": Mapped("containers.KEY.mode", "`replicated-job` becomes `jobs.KEY`; no `global-job`"),
    "labels": Mapped("containers.KEY.service_labels"),
    "resources.reservations.cpus": Mapped("containers.KEY.limits.cpu_reservation"),
    "resources.reservations.generic_resources": Mapped("containers.KEY.limits.generic_resources"),
    "restart_policy.delay": Mapped("containers.KEY.restart_delay"),
    "restart_policy.max_attempts": Mapped("containers.KEY.restart", "only with `condition: on-failure`"),
    "restart_policy.window": Mapped("containers.KEY.restart_window"),
    "placement.constraints": Mapped("containers.KEY.place.constraints"),
    "placement.preferences.spread": Mapped("containers.KEY.place.spread"),
    "placement.max_replicas_per_node": Mapped("containers.KEY.place.max_per_node"),
    "endpoint_mode": Mapped("containers.KEY.endpoint_mode"),
}

ON_SWARM: Mapping[str, Fate] = {
    **_content("secrets"),
    **_content("configs"),
    **_DRIVERS,
    **_GRANTS,
    **{f"services.*.deploy.{path}": fate for path, fate in _DEPLOY.items()},
    "services.*.image": Mapped("containers.KEY.image", "what is built is pushed there"),
    "services.*.ports.mode": Mapped("containers.KEY.ports"),
    "services.*.restart": Mapped("containers.KEY.restart", "without it, whatever ends is started again"),
    "services.*.credential_spec": Unsupported("only Windows has it", "remove it"),
    "services.*.expose": Resolved("all ports can be reached on a network of the swarm"),
}
