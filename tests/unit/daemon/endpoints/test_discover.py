"""Which engine is meant, of all that options, environment, contexts and the machine name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from runner.core.errors import EngineUnreachable
from runner.daemon.endpoints.discover import DEFAULT_SOCKET, find_endpoint
from runner.daemon.endpoints.endpoint import TlsFiles
from tests.harness.contexts import use_context, write_context

FAR, NEAR = "tcp://far:2376", "tcp://near:2375"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A docker CLI's folder with a context "far", which is the current one, and a context "other"."""
    write_context(tmp_path, "far", FAR)
    write_context(tmp_path, "other", "ssh://other")
    use_context(tmp_path, "far")
    return tmp_path


@pytest.mark.parametrize(
    ("host", "context", "environ", "url", "found_by"),
    [
        (NEAR, None, {"DOCKER_HOST": FAR, "DOCKER_CONTEXT": "other"}, NEAR, "--host"),
        (None, "other", {"DOCKER_HOST": NEAR, "DOCKER_CONTEXT": "far"}, "ssh://other", '--context "other"'),
        (None, None, {"DOCKER_HOST": NEAR, "DOCKER_CONTEXT": "other"}, NEAR, "DOCKER_HOST"),
        (None, None, {"DOCKER_CONTEXT": "other"}, "ssh://other", 'DOCKER_CONTEXT "other"'),
        (None, None, {}, FAR, 'current context "far"'),
        (None, "default", {"DOCKER_HOST": NEAR}, NEAR, "DOCKER_HOST"),
        (None, None, {"DOCKER_HOST": ""}, FAR, 'current context "far"'),
    ],
)
def test_the_nearest_word_decides(
    settings: Path, host: str | None, context: str | None, environ: Mapping[str, str], url: str, found_by: str
) -> None:
    found = find_endpoint(host, context, {"DOCKER_CONFIG": str(settings), **environ})
    assert (found.url, found.found_by) == (url, found_by)


@pytest.fixture
def usual(tmp_path: Path) -> Mapping[str, str]:
    """The environment of someone who names nothing, and has at least Podman's socket where it usually is."""
    socket = tmp_path / "podman/podman.sock"
    socket.parent.mkdir()
    socket.touch()
    return {"DOCKER_CONFIG": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}


def test_where_nothing_is_named_an_engine_is_looked_for_where_one_usually_answers(
    tmp_path: Path, usual: Mapping[str, str]
) -> None:
    found = find_endpoint(None, None, usual)
    assert found.url in (f"unix://{DEFAULT_SOCKET}", f"unix://{tmp_path}/podman/podman.sock")


@pytest.mark.parametrize("text", ["{}", '{"currentContext": null}', '{"currentContext": "default"}'])
def test_settings_that_name_no_context_are_passed_over(tmp_path: Path, usual: Mapping[str, str], text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    assert find_endpoint(None, None, usual).found_by in ("default socket", "Podman socket")


@pytest.mark.parametrize(
    ("variables", "files", "tls"),
    [
        ({}, ("ca", "cert", "key"), None),
        ({"DOCKER_TLS_VERIFY": "1"}, ("ca", "cert", "key"), ("ca", "cert", "key", True)),
        ({"DOCKER_TLS": "1"}, ("ca", "cert", "key"), ("ca", "cert", "key", False)),
        ({"DOCKER_TLS_VERIFY": "1"}, ("ca",), ("ca", None, None, True)),
    ],
)
def test_the_environment_asks_for_tls(
    tmp_path: Path,
    variables: Mapping[str, str],
    files: tuple[str, ...],
    tls: tuple[str | None, str | None, str | None, bool] | None,
) -> None:
    for name in files:
        (tmp_path / f"{name}.pem").touch()
    environ = {"DOCKER_HOST": FAR, "DOCKER_CERT_PATH": str(tmp_path), **variables}
    assert find_endpoint(None, None, environ).tls == (tls and _files(tmp_path, *tls))


def _files(folder: Path, ca: str | None, certificate: str | None, key: str | None, verify: bool) -> TlsFiles:
    paths = (name and folder / f"{name}.pem" for name in (ca, certificate, key))
    return TlsFiles(*paths, verify)  # type: ignore[arg-type]


@pytest.mark.parametrize("url", ["ssh://box", "unix:///run/docker.sock"])
def test_what_needs_no_tls_gets_none(tmp_path: Path, url: str) -> None:
    assert find_endpoint(url, None, {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(tmp_path)}).tls is None


NO_HOSTS = ("tcp://a b", " ", "https://a b", "tcp://a\xff..b", "tcp://.:1", f"tcp://{'a' * 300}", "tcp://a\udcff")


@pytest.mark.parametrize(
    "url", ["foo://bar", "unix://", "ssh://", "tcp://box:port", "tcp://box:0", "tcp://[::1", *NO_HOSTS]
)
def test_an_address_that_leads_nowhere_is_refused(url: str) -> None:
    with pytest.raises(EngineUnreachable, match="invalid engine address"):
        find_endpoint(url, None, {})


def test_a_host_without_a_scheme_is_reached_over_tcp() -> None:
    assert find_endpoint("box:2375", None, {}).url == "tcp://box:2375"


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(EngineUnreachable) as refused:
        find_endpoint("ssh://me:secret@box", None, {})
    assert "secret" not in f"{refused.value.message} {refused.value.help}"
