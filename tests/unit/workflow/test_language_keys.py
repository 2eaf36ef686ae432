"""Every key of the language, version 1, is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from runner.kinds import SECTIONS
from runner.resource.schema import workflow_schema

SCHEMA = workflow_schema(SECTIONS)

TOP = "version name engine include variables on_failure images networks volumes secrets configs containers jobs checks"
IMAGE = """
build reference pull tag tags push build.context build.dockerfile build.dockerfile_inline build.target build.args
build.labels build.secrets build.ssh build.cache_from build.cache_to build.no_cache build.pull build.network
build.platform build.extra_hosts build.shm_size build.additional_contexts
"""
NETWORK = """
driver driver_opts internal attachable enable_ipv4 enable_ipv6 ipam.driver ipam.config ipam.config.subnet
ipam.config.ip_range
ipam.config.gateway ipam.config.aux_addresses ipam.options labels name external
"""
VOLUME = "driver driver_opts labels name external protect"
COMMON = """
name image command entrypoint environment env_file user group_add working_dir hostname domainname init tty stdin_open
stop_signal stop_grace_period labels annotations platform runtime
ports ports.target ports.published ports.host_ip ports.protocol expose
networks networks.*.aliases networks.*.ipv4_address networks.*.ipv6_address networks.*.mac_address networks.*.priority
networks.*.gw_priority networks.*.driver_opts
network_mode dns dns_search dns_opt extra_hosts
volumes volumes.type volumes.source volumes.target volumes.read_only volumes.bind.propagation volumes.bind.selinux
volumes.bind.create_host_path volumes.volume.nocopy volumes.volume.subpath volumes.image.subpath volumes.tmpfs.size
volumes.tmpfs.mode
tmpfs read_only secrets configs shm_size storage_opt
limits.cpus limits.cpu_shares limits.cpuset limits.cpu_period limits.cpu_quota limits.memory limits.memory_reservation
limits.memory_swap limits.memory_swappiness limits.pids limits.io limits.oom_kill_disable limits.oom_score_adj
ulimits sysctls cap_add cap_drop privileged security_opt devices device_cgroup_rules gpus pid ipc uts userns_mode cgroup
cgroup_parent logging.driver logging.options triggers links depends_on depends_on.*.condition depends_on.*.timeout
depends_on.*.required depends_on.*.restart
place.constraints place.spread place.platforms ports.mode limits.cpu_reservation limits.generic_resources service_labels
"""
CONTAINER = f"""
{COMMON}
replicas restart healthcheck.test healthcheck.interval healthcheck.timeout healthcheck.retries healthcheck.start_period
healthcheck.start_interval healthcheck.disable ready update protect
mode place.max_per_node endpoint_mode update.parallel update.monitor update.delay update.max_failure_ratio restart_delay
restart_window
post_start.command post_start.user post_start.working_dir post_start.environment post_start.privileged pre_stop.command
"""
JOB = f"{COMMON} retries backoff timeout rerun"


def keys() -> Iterator[Any]:
    for prefix, listed in (
        ("", TOP),
        ("images.*.", IMAGE),
        ("networks.*.", NETWORK),
        ("volumes.*.", VOLUME),
        ("containers.*.", CONTAINER),
        ("jobs.*.", JOB),
        ("variables.*.", "default description enum pattern sensitive"),
    ):
        yield from (prefix + key for key in listed.split())


def within(schema: Mapping[str, Any], step: str) -> Iterator[Mapping[str, Any]]:
    """Yield what a schema says about the value at a key; "*" is any name of the user's own."""
    if "$ref" in schema:
        yield from within(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], step)
    for alternative in schema.get("anyOf", ()):
        yield from within(alternative, step)
    if "items" in schema:
        yield from within(schema["items"], step)
    if step in schema.get("properties", {}):
        yield schema["properties"][step]
    if step == "*" and isinstance(schema.get("additionalProperties"), Mapping):
        yield schema["additionalProperties"]
    if step == "*":
        yield from (found for found in schema.get("patternProperties", {}).values() if isinstance(found, Mapping))


@pytest.mark.parametrize("key", [*keys()])
def test_a_key_of_the_language_is_known(key: str):
    found: list[Mapping[str, Any]] = [SCHEMA]
    for step in key.split("."):
        found = [inner for schema in found for inner in within(schema, step)]
    assert found, f"{key} is not known"
