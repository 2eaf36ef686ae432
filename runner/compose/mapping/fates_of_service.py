"""What becomes of each key of a service, but for `build` and `deploy`."""

from __future__ import annotations

from collections.abc import Mapping

from runner.compose.mapping.fate import Fate, Ignored, Mapped, Resolved, Unsupported

_WINDOWS = "only Windows has it"
_REAL_TIME = "runner sets no real-time scheduling"
_MODELS = "models need Docker's model runner"

_SAME = (
    "annotations", "cap_add", "cap_drop", "cgroup_parent", "cgroup", "device_cgroup_rules", "dns", "dns_opt",
    "dns_search", "domainname", "environment", "expose", "extra_hosts", "group_add", "hostname", "init", "labels",
    "platform", "privileged", "read_only", "runtime", "security_opt", "shm_size", "stdin_open", "stop_grace_period",
    "stop_signal", "storage_opt", "sysctls", "tmpfs", "tty", "ulimits", "user", "userns_mode", "uts", "working_dir",
)  # fmt: skip
"""Keys that have the same name and meaning in runner's language."""

_OWN: Mapping[str, Fate] = {
    "profiles": Resolved("chosen by --profile; what runs of the others is left alone"),
    "attach": Ignored("runner logs shows the output of all"),
    "develop": Ignored("only docker compose watch uses it"),
    "blkio_config.weight": Mapped("containers.KEY.limits.io.weight"),
    "blkio_config.weight_device": Unsupported("a weight counts for all devices", "use weight"),
    "blkio_config.device_read_bps": Mapped("containers.KEY.limits.io.read_bps"),
    "blkio_config.device_read_iops": Mapped("containers.KEY.limits.io.read_iops"),
    "blkio_config.device_write_bps": Mapped("containers.KEY.limits.io.write_bps"),
    "blkio_config.device_write_iops": Mapped("containers.KEY.limits.io.write_iops"),
    "cpu_count": Unsupported(_WINDOWS, "use cpus"),
    "cpu_percent": Unsupported(_WINDOWS, "use cpus"),
    "cpu_period": Mapped("containers.KEY.limits.cpu_period"),
    "cpu_quota": Mapped("containers.KEY.limits.cpu_quota"),
    "cpu_rt_period": Unsupported(_REAL_TIME, "use cpu_period and cpu_quota"),
    "cpu_rt_runtime": Unsupported(_REAL_TIME, "use cpu_period and cpu_quota"),
    "cpus": Mapped("containers.KEY.limits.cpus"),
    "cpuset": Mapped("containers.KEY.limits.cpuset"),
    "cpu_shares": Mapped("containers.KEY.limits.cpu_shares"),
    "command": Mapped("containers.KEY.command"),
    "entrypoint": Mapped("containers.KEY.entrypoint"),
    "configs.source": Mapped("containers.KEY.configs", "copied into the container, not mounted"),
    "configs.target": Mapped("containers.KEY.configs"),
    "configs.uid": Mapped("containers.KEY.configs", "Compose ignores it where the content is a file"),
    "configs.gid": Mapped("containers.KEY.configs", "Compose ignores it where the content is a file"),
    "configs.mode": Mapped("containers.KEY.configs", "Compose ignores it where the content is a file"),
    "container_name": Mapped("containers.KEY.name"),
    "credential_spec": Unsupported(_WINDOWS, "remove it"),
    "depends_on.*.condition": Mapped(
        "containers.KEY.depends_on", "what is waited for with `service_completed_successfully` becomes a job"
    ),
    "depends_on.*.restart": Mapped("containers.KEY.depends_on"),
    "depends_on.*.required": Mapped("containers.KEY.depends_on"),
    "devices.source": Mapped("containers.KEY.devices", "no device of CDI"),
    "devices.target": Mapped("containers.KEY.devices"),
    "devices.permissions": Mapped("containers.KEY.devices"),
    "provider": Unsupported("providers are programs that extend Compose", "create it by other means"),
    "env_file": Resolved("its variables become part of environment"),
    "extends": Resolved("the keys of the other service are merged in"),
    "external_links": Unsupported(
        "a link reaches only what the file declares", "declare their network with external: true, and join it"
    ),
    "gpus.capabilities": Mapped("containers.KEY.gpus"),
    "gpus.driver": Mapped("containers.KEY.gpus"),
    "gpus.count": Mapped("containers.KEY.gpus"),
    "gpus.device_ids": Mapped("containers.KEY.gpus"),
    "gpus.options": Unsupported("a driver gets no options", "remove them"),
    "healthcheck.test": Mapped("containers.KEY.healthcheck.test"),
    "healthcheck.timeout": Mapped("containers.KEY.healthcheck.timeout"),
    "healthcheck.interval": Mapped("containers.KEY.healthcheck.interval"),
    "healthcheck.retries": Mapped("containers.KEY.healthcheck.retries"),
    "healthcheck.start_period": Mapped("containers.KEY.healthcheck.start_period"),
    "healthcheck.start_interval": Mapped("containers.KEY.healthcheck.start_interval"),
    "healthcheck.disable": Mapped("containers.KEY.healthcheck.disable"),
    "image": Mapped("containers.KEY.image"),
    "ipc": Mapped("containers.KEY.ipc", "`service:X` becomes `container:X`"),
    "isolation": Unsupported(_WINDOWS, "remove it", harmless=("default",)),
    "label_file": Resolved("its labels become part of labels"),
    "links": Mapped("containers.KEY.links", "all on the network know the alias"),
    "logging.driver": Mapped("containers.KEY.logging.driver"),
    "logging.options": Mapped("containers.KEY.logging.options"),
    "mem_limit": Mapped("containers.KEY.limits.memory"),
    "mem_reservation": Mapped("containers.KEY.limits.memory_reservation"),
    "memswap_limit": Mapped("containers.KEY.limits.memory_swap"),
    "mem_swappiness": Mapped("containers.KEY.limits.memory_swappiness"),
    "mac_address": Mapped("containers.KEY.networks.NAME.mac_address", "of the first network"),
    "models": Unsupported(_MODELS, "give the model's address in environment"),
    "networks.*.aliases": Mapped("containers.KEY.networks"),
    "networks.*.driver_opts": Mapped("containers.KEY.networks"),
    "networks.*.gw_priority": Mapped("containers.KEY.networks"),
    "networks.*.interface_name": Mapped("containers.KEY.networks.NAME.driver_opts", "one of its options"),
    "networks.*.ipv4_address": Mapped("containers.KEY.networks"),
    "networks.*.ipv6_address": Mapped("containers.KEY.networks"),
    "networks.*.link_local_ips": Unsupported("an address can't be link-local", "use ipv4_address"),
    "networks.*.mac_address": Mapped("containers.KEY.networks"),
    "networks.*.priority": Mapped("containers.KEY.networks"),
    "network_mode": Mapped("containers.KEY.network_mode", "`service:X` becomes `container:X`"),
    "oom_kill_disable": Mapped("containers.KEY.limits.oom_kill_disable"),
    "oom_score_adj": Mapped("containers.KEY.limits.oom_score_adj"),
    "pid": Mapped("containers.KEY.pid", "`service:X` becomes `container:X`"),
    "pids_limit": Mapped("containers.KEY.limits.pids"),
    "ports.name": Ignored("it is only a note"),
    "ports.mode": Ignored("only Swarm uses it", harmless=("ingress", "host")),
    "ports.host_ip": Mapped("containers.KEY.ports"),
    "ports.target": Mapped("containers.KEY.ports"),
    "ports.published": Mapped("containers.KEY.ports"),
    "ports.protocol": Mapped("containers.KEY.ports"),
    "ports.app_protocol": Ignored("it is only a note"),
    "pull_policy": Mapped("images.KEY.pull", "only `always`, `missing`, `never` and `build`"),
    "pull_refresh_after": Resolved("Compose ignores it"),
    "restart": Mapped("containers.KEY.restart", "without it, a service may complete: it may end by itself with 0"),
    "scale": Mapped("containers.KEY.replicas"),
    "secrets.source": Mapped("containers.KEY.secrets", "copied into the container, not mounted"),
    "secrets.target": Mapped("containers.KEY.secrets"),
    "secrets.uid": Mapped("containers.KEY.secrets", "Compose ignores it where the content is a file"),
    "secrets.gid": Mapped("containers.KEY.secrets", "Compose ignores it where the content is a file"),
    "secrets.mode": Mapped("containers.KEY.secrets", "Compose ignores it where the content is a file"),
    "use_api_socket": Mapped("containers.KEY.volumes", "the engine's socket, without credentials for registries"),
    "volumes.type": Mapped("containers.KEY.volumes", "only `bind`, `volume`, `tmpfs` and `image`"),
    "volumes.source": Mapped("containers.KEY.volumes"),
    "volumes.target": Mapped("containers.KEY.volumes"),
    "volumes.read_only": Mapped("containers.KEY.volumes"),
    "volumes.consistency": Ignored("it does nothing on Linux"),
    "volumes.bind.selinux": Mapped("containers.KEY.volumes"),
    "volumes.bind.propagation": Mapped("containers.KEY.volumes"),
    "volumes.bind.create_host_path": Mapped("containers.KEY.volumes"),
    "volumes.bind.recursive": Unsupported(
        "what is mounted below the source can't be treated apart", "remove it", harmless=("enabled",)
    ),
    "volumes.volume.labels": Unsupported("an anonymous volume has no labels", "declare it under volumes, with labels"),
    "volumes.volume.nocopy": Mapped("containers.KEY.volumes"),
    "volumes.volume.subpath": Mapped("containers.KEY.volumes"),
    "volumes.tmpfs.size": Mapped("containers.KEY.volumes"),
    "volumes.tmpfs.mode": Mapped("containers.KEY.volumes"),
    "volumes.image.subpath": Mapped("containers.KEY.volumes"),
    "volumes_from": Unsupported("mounts of another service are not shared", "mount the same volumes under volumes"),
}

_HOOKS = {
    f"{hook}.{key}": Mapped(f"containers.KEY.{hook}")
    for hook in ("post_start", "pre_stop")
    for key in ("command", "user", "privileged", "working_dir", "environment")
}

SERVICE: Mapping[str, Fate] = {
    **_OWN,
    **{key: Mapped(f"containers.KEY.{key}") for key in _SAME},
    **_HOOKS,
}
