"""The proxies of the docker client's config.json are read as the docker command reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runner.core.errors import CredentialsError
from runner.daemon.proxies import client_proxies, proxy_secrets

ENGINE = "tcp://builder:2376"


def proxies(folder: Path, listed: Any, engine: str = ENGINE) -> dict[str, str]:
    (folder / "config.json").write_text(json.dumps({"proxies": listed}))
    return client_proxies(engine, {"DOCKER_CONFIG": str(folder)})


def test_each_variable_comes_in_upper_and_lower_case(tmp_path: Path):
    keys = ("httpProxy", "httpsProxy", "noProxy", "ftpProxy", "allProxy")
    names = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "FTP_PROXY", "ALL_PROXY")
    found = proxies(tmp_path, {"default": {key: key for key in keys} | {"more": "x"}})
    both = dict(zip(names, keys, strict=True))
    assert found == both | {name.lower(): value for name, value in both.items()}


def test_those_of_an_engine_go_before_the_default_as_a_whole(tmp_path: Path):
    listed = {"default": {"httpProxy": "a", "noProxy": "b"}, ENGINE: {"HTTPProxy": "c"}}
    assert proxies(tmp_path, listed) == {"HTTP_PROXY": "c", "http_proxy": "c"}
    assert proxies(tmp_path, listed, "unix:///run/docker.sock")["NO_PROXY"] == "b"


@pytest.mark.parametrize("listed", [None, {}, {"default": {}}, {"default": {"httpProxy": ""}}, {"tcp://other": {}}])
def test_without_any_there_are_none(tmp_path: Path, listed: Any):
    assert proxies(tmp_path, listed) == {}
    assert client_proxies(ENGINE, {"DOCKER_CONFIG": str(tmp_path / "nowhere")}) == {}


BROKEN = ["{", "[1]", '{"proxies": 1}', '{"proxies": {"default": 1}}', '{"proxies": [1]}']
BROKEN += ['{"proxies": {}, "proxies": {}}', '{"proxies": {"default": {"httpProxy": "a\\u0000b"}}, "x": NaN}']


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_is_told_by_its_name(tmp_path: Path, text: str):
    (tmp_path / "config.json").write_text(text)
    environ = {"DOCKER_CONFIG": str(tmp_path)}
    with pytest.raises(CredentialsError, match=r"config\.json"):
        client_proxies(ENGINE, environ)
    assert proxy_secrets(environ) == frozenset()


def test_who_logs_in_and_with_what_is_secret_and_nothing_else(tmp_path: Path):
    proxies(tmp_path, {"a": {"httpProxy": "http://joe:hun%40ter2@proxy:3128", "noProxy": "localhost,db"}})
    found = proxy_secrets({"DOCKER_CONFIG": str(tmp_path)})
    assert found == {"joe:hun%40ter2", "joe:hun@ter2", "hun%40ter2", "hun@ter2"}
