"""Keys of other tools: each is a key here, too, or has help that tells what to write instead."""

from __future__ import annotations

import pytest

from runner.kinds import SECTIONS

COMPOSE = [
    "annotations",
    "attach",
    "blkio_config",
    "build",
    "cap_add",
    "cap_drop",
    "cgroup",
    "cgroup_parent",
    "command",
    "configs",
    "container_name",
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_shares",
    "cpus",
    "cpuset",
    "depends_on",
    "deploy",
    "develop",
    "device_cgroup_rules",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "env_file",
    "environment",
    "expose",
    "extends",
    "external_links",
    "extra_hosts",
    "gpus",
    "group_add",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "ipc",
    "label_file",
    "labels",
    "links",
    "logging",
    "mac_address",
    "mem_limit",
    "mem_reservation",
    "mem_swappiness",
    "memswap_limit",
    "network_mode",
    "networks",
    "oom_kill_disable",
    "oom_score_adj",
    "pid",
    "pids_limit",
    "platform",
    "ports",
    "post_start",
    "pre_stop",
    "privileged",
    "profiles",
    "pull_policy",
    "read_only",
    "restart",
    "runtime",
    "scale",
    "secrets",
    "security_opt",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "storage_opt",
    "sysctls",
    "tmpfs",
    "tty",
    "ulimits",
    "user",
    "userns_mode",
    "uts",
    "volumes",
    "volumes_from",
    "working_dir",
]
KUBERNETES = [
    "args",
    "command",
    "env",
    "envFrom",
    "image",
    "imagePullPolicy",
    "livenessProbe",
    "ports",
    "readinessProbe",
    "resources",
    "restartPolicy",
    "volumeMounts",
]


@pytest.mark.parametrize("kind", ["container", "job"])
@pytest.mark.parametrize("key", dict.fromkeys([*COMPOSE, *KUBERNETES]))
def test_every_key_of_other_tools_is_one_here_or_has_help(kind: str, key: str) -> None:
    section = SECTIONS[kind]
    known = {row.name.partition(".")[0] for row in section.rows}
    assert key in known or key in section.key_hints


@pytest.mark.parametrize("kind", ["container", "job"])
def test_no_key_here_has_help_for_something_else(kind: str) -> None:
    section = SECTIONS[kind]
    assert not {row.name.partition(".")[0] for row in section.rows} & section.key_hints.keys()
