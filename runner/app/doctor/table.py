"""The table of checks, in the order in which their findings are told: one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from runner.app.doctor.bytecode import check_bytecode
from runner.app.doctor.client_files import check_docker_variables, check_logins, check_records
from runner.app.doctor.engine import check_builder, check_clock, check_engine, check_keys, check_limits, check_pruning
from runner.app.doctor.network import check_network
from runner.app.doctor.storage import check_disk, check_storage
from runner.app.doctor.subject import Client, Patient
from runner.app.doctor.swarm import (
    check_ca,
    check_ipvs,
    check_nodes,
    check_quorum,
    check_registries,
    check_swarm,
    check_versions,
)
from runner.app.doctor.workflow import check_paths, check_secret_files, check_workflow
from runner.core.examination import Finding

EngineCheck: TypeAlias = Callable[[Patient], Iterable[Finding]]
ClientCheck: TypeAlias = Callable[[Client], Iterable[Finding]]

ENGINE_CHECKS: Final[dict[str, EngineCheck]] = {
    "engine": check_engine,
    "limits": check_limits,
    "storage": check_storage,
    "disk": check_disk,
    "clock": check_clock,
    "builder": check_builder,
    "network": check_network,
    "swarm": check_swarm,
    "quorum": check_quorum,
    "nodes": check_nodes,
    "versions": check_versions,
    "ipvs": check_ipvs,
    "registries": check_registries,
    "ca": check_ca,
    "pruning": check_pruning,
    "keys": check_keys,
    "paths": check_paths,
}
CLIENT_CHECKS: Final[dict[str, ClientCheck]] = {
    "workflow": check_workflow,
    "secrets": check_secret_files,
    "logins": check_logins,
    "variables": check_docker_variables,
    "records": check_records,
    "python": check_bytecode,
}
