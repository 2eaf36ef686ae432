"""Who somebody is at a registry, by what docker login leaves behind; helpers are programs that the tests write."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from runner.core.errors import CredentialsError
from runner.daemon.registry import credentials
from runner.daemon.registry.credentials import builder_credentials, credentials_for, transfer_credentials
from tests.harness.login import helper, log_in

HUB = "https://index.docker.io/v1/"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own, with a folder for programs."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    return tmp_path


def write(home: Path, **config: Any) -> Path:
    file = home / ".docker/config.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(config))
    return file


def encoded(text: str) -> dict[str, str]:
    return {"auth": base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize("config", [None, {}, {"auths": {}}, {"currentContext": "far"}])
def test_without_a_login_there_are_no_credentials(home: Path, config: dict[str, Any] | None) -> None:
    if config is not None:
        write(home, **config)
    assert credentials_for(os.environ, "registry.test:5000") is None


def test_a_login_counts_for_its_registry_alone(home: Path) -> None:
    log_in(home / ".docker", "registry.test:5000", "ada", "one:two")
    assert credentials_for(os.environ, "registry.test:5000") == ("ada", "one:two")
    assert credentials_for(os.environ, "registry.test") is None
    assert credentials_for(os.environ, "docker.io") is None


@pytest.mark.parametrize("key", [HUB, "https://index.docker.io/v1", "docker.io", "index.docker.io"])
@pytest.mark.parametrize("host", ["docker.io", "index.docker.io", "registry-1.docker.io", HUB])
def test_docker_hub_is_known_by_all_its_names(home: Path, key: str, host: str) -> None:
    write(home, auths={key: encoded("ada:secret")})
    assert credentials_for(os.environ, host) == ("ada", "secret")


def test_an_old_entry_with_a_url_for_its_name_counts(home: Path) -> None:
    write(home, auths={"https://registry.test/v1/": encoded("ada:secret")})
    assert credentials_for(os.environ, "registry.test") == ("ada", "secret")


def test_an_identity_token_has_no_user(home: Path) -> None:
    write(home, auths={"registry.test": {**encoded("ada:"), "identitytoken": "t0k3n"}})
    assert credentials_for(os.environ, "registry.test") == ("", "t0k3n")


def test_docker_config_names_the_folder_and_nothing_else_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(home / ".docker", "registry.test", "ada", "at home")
    monkeypatch.setenv("DOCKER_CONFIG", str(home / "elsewhere"))
    assert credentials_for(os.environ, "registry.test") is None
    log_in(home / "elsewhere", "registry.test", "ada", "elsewhere")
    assert credentials_for(os.environ, "registry.test") == ("ada", "elsewhere")


def test_a_helper_is_asked_for_its_registries_and_the_store_for_all_others(home: Path) -> None:
    helper(home / "bin", "own", {"own.test": ("ada", "of the helper")})
    helper(home / "bin", "store", {"other.test": ("<token>", "t0k3n"), HUB: ("ada", "of the hub")})
    write(home, credsStore="store", credHelpers={"own.test": "own"}, auths={"other.test": {}})
    assert credentials_for(os.environ, "own.test") == ("ada", "of the helper")
    assert credentials_for(os.environ, "other.test") == ("", "t0k3n")
    assert credentials_for(os.environ, "registry-1.docker.io") == ("ada", "of the hub")


def test_what_no_helper_keeps_is_taken_from_the_file(home: Path) -> None:
    helper(home / "bin", "store", {"empty.test": ("", "")})
    write(home, credsStore="store", auths={"registry.test": encoded("ada:secret")})
    assert credentials_for(os.environ, "registry.test") == ("ada", "secret")
    assert credentials_for(os.environ, "empty.test") is None


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (None, 'cannot run "docker-credential-store": no such file or directory'),
        ("echo no keyring here >&2; exit 1", '"docker-credential-store" failed for registry.test: no keyring here'),
        ("exit 3", '"docker-credential-store" failed for registry.test: exit code 3'),
        ("echo welcome", '"docker-credential-store" returned an invalid credential helper response'),
        ("sleep 30", '"docker-credential-store" did not respond within 0.2 s'),
    ],
)
def test_a_helper_that_does_not_help_is_told_by_its_name(
    home: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, said: str
) -> None:
    monkeypatch.setattr(credentials, "_PATIENCE", 0.2)
    if script is not None:
        helper(home / "bin", "store", {}, script=f"exec {script}" if script.startswith("sleep") else script)
    write(home, credsStore="store")
    with pytest.raises(CredentialsError) as failed:
        credentials_for(os.environ, "registry.test")
    assert failed.value.message == said


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"auths": {"a.test": 1}}', '{"auths": {"a.test": {"auth": "%"}}}', '{"auths": [1]}', "\udcff"],
)
def test_a_file_that_makes_no_sense_is_told_by_its_path(home: Path, text: str) -> None:
    file = write(home)
    file.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(CredentialsError) as failed:
        credentials_for(os.environ, "registry.test")
    assert f'"{file}" can\'t be read' in failed.value.message
    assert failed.value.help


def decoded(headers: dict[str, str], name: str) -> Any:
    assert list(headers) == [name]
    return json.loads(base64.urlsafe_b64decode(headers[name]))


def test_a_transfer_is_sent_the_login_of_its_registry_or_an_empty_one(home: Path) -> None:
    write(home, auths={"user.test": encoded("ada:secret"), "token.test": {**encoded("a:"), "identitytoken": "t0k3n"}})
    sent = {
        host: decoded(transfer_credentials(os.environ, host), "X-Registry-Auth")
        for host in ("user.test", "token.test", "other.test")
    }
    assert sent == {
        "user.test": {"username": "ada", "password": "secret", "serveraddress": "user.test"},
        "token.test": {"identitytoken": "t0k3n", "serveraddress": "token.test"},
        "other.test": {},
    }


def test_a_builder_is_sent_the_logins_of_the_registries_that_it_needs_and_no_others(home: Path) -> None:
    write(home, auths={host: encoded(f"ada:of {host}") for host in (HUB, "mine.test", "other.test")})
    sent = decoded(builder_credentials(os.environ, ["docker.io", "mine.test", "open.test"]), "X-Registry-Config")
    assert {server: login["password"] for server, login in sent.items()} == {
        HUB: f"of {HUB}",
        "mine.test": "of mine.test",
    }
