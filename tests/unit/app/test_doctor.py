"""What doctor finds out, of engines as they describe themselves and of files as people have them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import pytest

from runner.app.doctor.client_files import check_docker_variables, check_logins, check_records
from runner.app.doctor.engine import check_clock, check_engine, check_limits, check_pruning
from runner.app.doctor.network import check_network
from runner.app.doctor.storage import check_disk, check_storage
from runner.app.doctor.subject import Client, Patient
from runner.app.doctor.workflow import check_paths, check_secret_files, check_workflow
from runner.app.source import Source
from runner.app.workspace import Workspace
from runner.core.engine import Capabilities, Engine, Feature
from runner.core.engine_report import EngineReport
from runner.core.examination import Finding, Verdict
from runner.core.struct import replace
from runner.daemon.endpoints.endpoint import Endpoint

WORKFLOW = 'version: 1\nname: shop\ncontainers: {web: {image: "nginx:1", volumes: ["./www:/www:ro"]}}\n'


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return make_client(tmp_path)


def make_client(home: Path, file: str = "", **environ: str) -> Client:
    workspace = Workspace.for_user({"HOME": str(home), "PATH": os.environ["PATH"], **environ})
    return Client(workspace, Source(file or str(home / "workflow.yaml")))


@pytest.fixture
def patient(client: Client) -> Callable[..., Patient]:
    """Make an engine by its capabilities and report; it has no gateway, which only --deep needs."""

    def make(api: str = "1.51", *, capabilities: Capabilities | None = None, **report: Any) -> Patient:
        engine = Engine("Docker", "28.5.2", api, "linux", "amd64", capabilities or Capabilities())
        endpoint = Endpoint("unix:///run/docker.sock", "default socket")
        return Patient(client, endpoint, cast("Any", None), engine, EngineReport(**report))

    return make


def codes(findings: Iterable[Finding]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("ahead", "code"),
    [(0.0, "clock.right"), (-4.9, "clock.right"), (5.1, "clock.ahead"), (-3600.0, "clock.behind"), (None, None)],
)
def test_clocks_that_differ_by_seconds_are_told(patient: Callable[..., Patient], ahead: float | None, code: str | None):
    assert codes(check_clock(patient(clock_ahead=ahead))) == ([code] if code else [])


@pytest.mark.parametrize(
    ("report", "code"),
    [
        ({"operating_system": "Docker Desktop"}, "engine.virtual"),
        ({"operating_system": "Colima (Ubuntu 24.04)"}, "engine.virtual"),
        ({"security": frozenset({"rootless", "seccomp"})}, "engine.rootless"),
        ({"security": frozenset({"userns"})}, "engine.remapped"),
    ],
)
def test_an_engine_with_limits_of_its_own_is_recognised(patient: Callable[..., Patient], report: Any, code: str):
    assert codes(check_engine(patient(**report))) == ["engine.answers", code]


@pytest.mark.parametrize(
    ("url", "is_open"),
    [
        ("tcp://far.example.com:2375", True),
        ("http://10.0.0.1:2375", True),
        ("tcp://127.0.0.1:2375", False),
        ("tcp://localhost:2375", False),
        ("ssh://ada@far.example.com", False),
    ],
)
def test_an_engine_that_anybody_may_use_is_told(patient: Callable[..., Patient], url: str, is_open: bool):
    asked = replace(patient(), endpoint=Endpoint(url, "--host"))
    assert ("engine.unencrypted" in codes(check_engine(asked))) is is_open


def test_a_limit_that_is_not_enforced_is_told(patient: Callable[..., Patient]):
    lacking = Capabilities(missing=frozenset({Feature.SWAP_LIMIT, Feature.MEMORY_SWAPPINESS}), cgroup_version="1")
    [found] = check_limits(patient(capabilities=lacking))
    assert (found.code, found.facts["limits"]) == ("limits.missing", "swap limit")
    assert codes(check_limits(patient())) == ["limits.enforced"]


def test_an_old_engine_has_its_quirk_told(patient: Callable[..., Patient]):
    assert codes(check_pruning(patient("1.41"))) == ["pruning.removes_records"]
    assert codes(check_pruning(patient("1.42"))) == []


def test_a_storage_driver_that_copies_is_told(patient: Callable[..., Patient]):
    assert codes(check_storage(patient(capabilities=Capabilities(storage_driver="vfs")))) == ["storage.slow"]
    assert codes(check_storage(patient(capabilities=Capabilities(storage_driver="overlay2")))) == ["storage.driver"]


def test_room_is_measured_only_on_this_machine(patient: Callable[..., Patient], tmp_path: Path):
    here = Capabilities(on_this_machine=True, processes="/proc")
    assert codes(check_disk(patient(data_root="/var/lib/docker"))) == ["disk.elsewhere"]
    [found] = check_disk(patient(capabilities=here, data_root=str(tmp_path)))
    assert found.code in ("disk.room", "disk.little", "disk.few_inodes")
    assert codes(check_disk(patient(capabilities=here, data_root="/no/such/folder"))) == ["disk.unreadable"]


def test_a_file_system_without_room_is_broken(
    patient: Callable[..., Patient], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    room = os.statvfs(tmp_path)
    full = os.statvfs_result((*tuple(room)[:3], 0, 0, *tuple(room)[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _path: full)
    here = Capabilities(on_this_machine=True, processes="/proc")
    [found] = check_disk(patient(capabilities=here, data_root=str(tmp_path)))
    assert (found.code, found.verdict) == ("disk.full", Verdict.BROKEN)
    assert codes(check_records(make_client(tmp_path))) == ["records.no_room"]


def test_the_network_is_not_tried_unasked(patient: Callable[..., Patient]):
    assert codes(check_network(patient())) == ["network.not_tried"]
    assert codes(check_network(patient(forwards_packets=False))) == ["network.not_forwarded"]


# --- this machine


def test_a_workflow_is_valid_or_told_why_not(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert codes(check_workflow(client)) == ["workflow.missing"]
    monkeypatch.chdir(tmp_path)
    assert codes(check_workflow(make_client(tmp_path, "workflow.yaml"))) == ["workflow.none"]
    (tmp_path / "workflow.yaml").write_text("version: 1\nname: shop\nimgaes: {}\ncontainres: {}\n")
    [found] = check_workflow(make_client(tmp_path))
    assert (found.code, found.facts["errors"]) == ("workflow.invalid", 2)
    (tmp_path / "workflow.yaml").write_text(WORKFLOW)
    assert codes(check_workflow(make_client(tmp_path))) == ["workflow.valid"]


def test_missing_bind_mounts_are_told_for_an_engine_here(patient: Callable[..., Patient], tmp_path: Path):
    (tmp_path / "workflow.yaml").write_text(
        WORKFLOW.replace('"./www:/www:ro"', "{type: bind, source: ./w, target: /w}")
    )
    assert codes(check_paths(patient())) == ["paths.elsewhere"]
    here = patient(capabilities=Capabilities(on_this_machine=True))
    [found] = check_paths(here)
    assert (found.code, found.details) == ("paths.missing", (str(tmp_path / "w"),))
    (tmp_path / "w").mkdir()
    assert codes(check_paths(here)) == ["paths.found"]


def test_a_secret_that_others_can_read_is_told(tmp_path: Path):
    secret = tmp_path / "token"
    secret.write_text("s3cret")
    (tmp_path / "workflow.yaml").write_text(WORKFLOW + "secrets: {token: {file: ./token}}\n")
    secret.chmod(0o644)
    assert codes(check_secret_files(make_client(tmp_path))) == ["secrets.readable"]
    secret.chmod(0o600)
    assert codes(check_secret_files(make_client(tmp_path))) == ["secrets.private"]


@pytest.mark.parametrize(
    ("config", "mode", "code"),
    [
        ("{}", 0o644, ["logins.none"]),
        ("{broken", 0o600, ["logins.unreadable"]),
        ('{"auths": 5}', 0o600, ["logins.unreadable"]),
        ('{"auths": {"r.example.com": {"auth": "YTpi"}}}', 0o600, ["logins.plain"]),
        ('{"auths": {"r.example.com": {"auth": "YTpi"}}}', 0o644, ["logins.readable"]),
        ('{"auths": {"r.example.com": {}}, "credsStore": "no-such"}', 0o600, ["logins.no_helper"]),
        ('{"credHelpers": {"r.example.com": "no-such"}}', 0o600, ["logins.no_helper"]),
    ],
)
def test_credentials_are_told_without_showing_any(tmp_path: Path, config: str, mode: int, code: list[str]):
    (tmp_path / ".docker").mkdir()
    file = tmp_path / ".docker/config.json"
    file.write_text(config)
    file.chmod(mode)
    found = list(check_logins(make_client(tmp_path)))
    assert codes(found) == code
    assert "YTpi" not in repr(found)


def test_a_credential_helper_is_looked_for_on_the_path(tmp_path: Path):
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").write_text('{"credsStore": "mine"}')
    helper = tmp_path / "docker-credential-mine"
    helper.write_text("#!/bin/sh\n")
    helper.chmod(0o755)
    assert codes(check_logins(make_client(tmp_path, PATH=str(tmp_path)))) == ["logins.helpers"]


def test_a_context_that_a_variable_overrides_is_told(tmp_path: Path):
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").write_text(json.dumps({"currentContext": "far"}))
    host = "unix:///run/docker.sock"
    [found] = check_docker_variables(make_client(tmp_path, DOCKER_HOST=host))
    assert (found.code, found.facts["context"]) == ("variables.host_and_context", "far")
    assert codes(check_docker_variables(make_client(tmp_path))) == []


def test_a_place_for_records_that_is_none_is_told(tmp_path: Path):
    assert codes(check_records(make_client(tmp_path))) == ["records.writable"]
    (tmp_path / "file").touch()
    [found] = check_records(make_client(tmp_path, XDG_STATE_HOME=str(tmp_path / "file")))
    assert (found.code, found.facts["obstacle"]) == ("records.unwritable", str(tmp_path / "file"))
