"""Docker contexts, as they lie on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.core.errors import EngineUnreachable, UnusableFile
from runner.daemon.endpoints.docker_contexts import current_context, read_context
from runner.daemon.endpoints.endpoint import TlsFiles
from tests.harness.contexts import meta_of, tls_of, write_context

FAR = "tcp://far:2376"


def test_a_context_without_certificates_names_an_engine_alone(tmp_path: Path) -> None:
    write_context(tmp_path, "far", FAR)
    assert read_context(tmp_path, "far") == (FAR, None)


def test_a_context_brings_the_certificates_that_lie_beside_it(tmp_path: Path) -> None:
    write_context(tmp_path, "far", FAR)
    tls = tls_of(tmp_path, "far")
    tls.mkdir(parents=True)
    (tls / "ca.pem").touch()
    assert read_context(tmp_path, "far")[1] == TlsFiles(tls / "ca.pem", None, None)


def test_a_context_that_skips_verification_means_tls_even_without_certificates(tmp_path: Path) -> None:
    write_context(tmp_path, "far", FAR, skip=True)
    assert read_context(tmp_path, "far") == (FAR, TlsFiles(None, None, None, verify=False))


def test_a_misspelt_context_is_answered_with_the_nearest(tmp_path: Path) -> None:
    write_context(tmp_path, "production", FAR)
    with pytest.raises(EngineUnreachable, match='no docker context "prodution"') as unknown:
        read_context(tmp_path, "prodution")
    assert "production" in str(unknown.value.help)


def test_an_unknown_context_is_answered_with_those_that_there_are_and_can_be_read(tmp_path: Path) -> None:
    for name in ("a", "b", "broken"):
        write_context(tmp_path, name, FAR)
    meta_of(tmp_path, "broken").write_text("{")
    with pytest.raises(EngineUnreachable) as unknown:
        read_context(tmp_path, "zzzzzz")
    assert unknown.value.help == "available: default, a, b"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "has no endpoint"),
        ('{"Endpoints": {}}', "has no endpoint"),
        ('{"Endpoints": {"docker": {}}}', "has no endpoint"),
    ],
)
def test_a_context_that_names_no_engine_is_told_by_its_name(tmp_path: Path, text: str, said: str) -> None:
    write_context(tmp_path, "far", FAR)
    meta_of(tmp_path, "far").write_text(text)
    with pytest.raises(EngineUnreachable, match=said) as broken:
        read_context(tmp_path, "far")
    assert '"far"' in broken.value.message


@pytest.mark.parametrize("text", ["", "{", "[]", '{"Endpoints": {"docker": {"Host": 5}}}', "[" * 200_000])
def test_a_damaged_file_of_the_docker_client_is_told_by_its_path(tmp_path: Path, text: str) -> None:
    write_context(tmp_path, "far", FAR)
    meta_of(tmp_path, "far").write_text(text)
    with pytest.raises(UnusableFile) as broken:
        read_context(tmp_path, "far")
    assert str(meta_of(tmp_path, "far")) in broken.value.message
    (tmp_path / "config.json").write_text(text)
    if "Endpoints" not in text:
        with pytest.raises(UnusableFile, match=r"config\.json"):
            current_context(tmp_path)
