"""Which published ports are told as URLs, and how they are reached."""

from __future__ import annotations

import pytest

from runner.app.published_urls import published_urls

HERE = "unix:///var/run/docker.sock"


@pytest.mark.parametrize(
    ("port", "engine", "url"),
    [
        ("8080->80/tcp", HERE, "http://localhost:8080"),
        ("80->8080/tcp", HERE, "http://localhost"),
        ("127.0.0.1:8443->443/tcp", HERE, "https://127.0.0.1:8443"),
        ("[::1]:8080->80/tcp", HERE, "http://[::1]:8080"),
        ("8080->80/tcp", "ssh://admin@far.example.com", "http://far.example.com:8080"),
        ("8080->80/tcp", "tcp://[2001:db8::1]:2376", "http://[2001:db8::1]:8080"),
        ("10.0.0.7:8080->80/tcp", "ssh://admin@far.example.com", "http://10.0.0.7:8080"),
        ("127.0.0.1:8080->80/tcp", "tcp://127.0.0.1:2375", "http://127.0.0.1:8080"),
    ],
)
def test_a_port_known_for_http_has_a_url(port: str, engine: str, url: str):
    assert published_urls([port], engine) == {port: url}


@pytest.mark.parametrize("port", ["9000->9000/tcp", "80->80/udp", "8000-8002->80-82/tcp", "(sensitive)", ""])
def test_a_port_that_may_speak_anything_has_none(port: str):
    assert published_urls([port], HERE) == {}


def test_a_port_that_is_requested_to_find_out_whether_it_is_ready_has_one():
    assert published_urls(["3000->3000/tcp"], HERE, {3000: "http"}) == {"3000->3000/tcp": "http://localhost:3000"}


def test_a_loopback_address_of_another_host_has_none():
    assert published_urls(["127.0.0.1:8080->80/tcp"], "ssh://admin@far.example.com") == {}
