"""Every key of the language, version 1, is either built or refused as not supported yet: none is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from runner.kinds import CATALOG, LATER_SECTIONS
from runner.resource.codec import LATER, NOT_YET
from runner.resource.schema import workflow_schema
from tests.unit.workflow.reading import read

SCHEMA = workflow_schema(CATALOG, LATER_SECTIONS)

TOP = "version name include variables on_failure images networks volumes secrets configs containers jobs checks"
IMAGE = """
build reference pull tag tags push build.context build.dockerfile build.dockerfile_inline build.target build.args
build.labels build.secrets build.ssh build.cache_from build.cache_to build.no_cache build.pull build.network
build.platform build.extra_hosts build.shm_size build.additional_contexts
"""
NETWORK = """
driver driver_opts internal attachable enable_ipv6 ipam.driver ipam.config ipam.config.subnet ipam.config.ip_range
ipam.config.gateway ipam.config.aux_addresses ipam.options labels name external
"""
VOLUME = "driver driver_opts labels name external protect"
CONTAINER = """
image command entrypoint environment env_file user group_add working_dir hostname domainname init tty stdin_open
stop_signal stop_grace_period labels annotations platform runtime
ports ports.target ports.published ports.host_ip ports.protocol expose
networks networks.*.aliases networks.*.ipv4_address networks.*.ipv6_address networks.*.mac_address networks.*.priority
network_mode dns dns_search dns_opt extra_hosts
volumes volumes.type volumes.source volumes.target volumes.read_only volumes.bind.propagation
volumes.bind.create_host_path volumes.volume.nocopy volumes.volume.subpath volumes.tmpfs.size volumes.tmpfs.mode
tmpfs read_only secrets configs shm_size storage_opt
limits.cpus limits.cpu_shares limits.cpuset limits.cpu_period limits.cpu_quota limits.memory limits.memory_reservation
limits.memory_swap limits.memory_swappiness limits.pids limits.io limits.oom_kill_disable limits.oom_score_adj
ulimits sysctls cap_add cap_drop privileged security_opt devices device_cgroup_rules gpus pid ipc uts userns_mode cgroup
cgroup_parent logging.driver logging.options triggers depends_on depends_on.*.condition depends_on.*.timeout
replicas restart healthcheck.test healthcheck.interval healthcheck.timeout healthcheck.retries healthcheck.start_period
healthcheck.start_interval healthcheck.disable ready update protect
"""


def keys() -> Iterator[Any]:
    for prefix, listed in (
        ("", TOP),
        ("images.*.", IMAGE),
        ("networks.*.", NETWORK),
        ("volumes.*.", VOLUME),
        ("containers.*.", CONTAINER),
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
    if step in schema.get(LATER, ()):
        yield {}
    if step == "*" and isinstance(schema.get("additionalProperties"), Mapping):
        yield schema["additionalProperties"]
    if step == "*":
        yield from (found for found in schema.get("patternProperties", {}).values() if isinstance(found, Mapping))


@pytest.mark.parametrize("key", [*keys()])
def test_a_key_of_the_language_is_known(key: str):
    found: list[Mapping[str, Any]] = [SCHEMA]
    for step in key.split("."):
        found = [inner for schema in found for inner in within(schema, step)]
    assert found, f"{key} is neither built nor refused as not supported yet"


@pytest.mark.parametrize("kind", CATALOG.values(), ids=lambda kind: kind.name)
def test_what_is_refused_as_not_supported_yet_is_not_built(kind: Any):
    assert not {row.name for row in kind.rows} & set(kind.later)


@pytest.mark.parametrize(
    ("section", "key"), [(kind.section, key) for kind in CATALOG.values() for key in kind.later], ids=str
)
def test_a_key_that_is_not_built_yet_is_refused_once_and_by_name(section: str, key: str, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outer, _, inner = key.rpartition(".")
    given = f"{outer}: {{{inner}: 1}}" if outer else f"{inner}: 1"
    basis = {"images": "reference: nginx, ", "containers": "image: nginx, "}.get(section, "")
    if outer == "build":
        given, basis = f"build: {{{inner}: 1, dockerfile_inline: FROM scratch}}", ""
    Path("workflow.yaml").write_text(f"version: 1\nname: shop\n{section}: {{web: {{{basis}{given}}}}}\n")
    _, found = read("workflow.yaml", {}, contents=False)
    assert [(d.code, d.message) for d in found] == [(NOT_YET, f'"{inner}" is not supported yet')]
