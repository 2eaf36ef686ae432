"""runner in another network namespace than the engine, as in a CI job with only the engine's socket mounted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.harness.cli import Cli
from tests.harness.engine import Engine, PrivateEngine
from tests.harness.live import Live

Write = Callable[..., Path]

BARE = "FROM busybox:stable\nRUN rm -f /bin/wget /bin/curl /bin/cat\n"


@pytest.fixture
def outside(clients: Callable[..., Cli], engine: Engine) -> Cli:
    """A command line that reaches the engine's socket and none of its networks."""
    if not engine.is_private:
        pytest.skip("only a private engine has a network of its own")
    return clients(at=Engine(engine.url))


@contextmanager
def stranger(port: int) -> Iterator[None]:
    """Serve pages on this side, which are none of the container's."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"stranger")

    server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def test_a_published_page_is_asked_for_in_the_container(outside: Cli, workflow: Write, engine: Engine) -> None:
    port = engine.free_port()
    text = f"""
        containers:
          web: {{<<: *server, ports: ["127.0.0.1:{port}:80"], environment: {{A: PAGE}},
                ready: {{http: PAGE, timeout: 3s}}}}
        checks:
          page: {{http: {{url: "http://web/hostname"}}}}
          port: {{tcp: {{host: web, port: 80}}}}
    """
    workflow(text.replace("PAGE", "/hostname"), to=outside)
    outside("apply").exits(0)
    with stranger(port):
        workflow(text.replace("PAGE", "/nothing"), to=outside)
        failed = outside("apply").exits(5)
        assert "404" in failed.ending("container.web")["cause"]


def test_what_no_way_leads_to_is_told_early_with_the_ways_and_the_cause(
    outside: Cli, cli: Cli, workflow: Write, engine: Engine, live: Live
) -> None:
    port = engine.free_port()
    text = f"""
        images: {{bare: {{build: {{dockerfile_inline: {BARE!r}}}}}}}
        containers:
          web:
            <<: *server
            image: bare
            ports: ["127.0.0.1:{port}:80"]
            ready: {{http: /hostname, timeout: 4s}}
    """.replace("'FROM", '"FROM').replace("\\n'", '\\n"')
    workflow(text, to=outside)
    failed = outside("apply").exits(1)
    warned = [event for event in failed.events if event.get("code") == "not-reachable"]
    assert len(warned) == 1
    for words in (f"127.0.0.1:{port} (the published port)", "neither curl nor wget"):
        assert words in warned[0]["message"]
        assert words in failed.ending("container.web")["cause"]
    assert "a different network than the engine" in warned[0]["help"]
    workflow(text.replace("4s", "20s"))
    cli("apply").exits(0)
    assert live.runs("web")


def test_a_container_on_the_same_network_is_asked_at_its_own_address(
    outside: Cli, workflow: Write, engine: PrivateEngine, live: Live
) -> None:
    text = f"""
        images: {{bare: {{build: {{dockerfile_inline: {BARE!r}}}}}}}
        containers:
          ci: *idle
          {{web}}
    """.replace("'FROM", '"FROM').replace("\\n'", '\\n"')
    workflow(text.replace("{web}", ""), to=outside)
    outside("apply").exits(0)
    holder = (engine.folder / "run/holder").read_text().split()[0]
    network = f"/proc/{holder}/root/proc/{live.container('ci')['State']['Pid']}/ns/net"
    workflow(
        text.replace("{web}", "web: {<<: *server, image: bare, ready: {http: 'http://web/hostname', timeout: 9s}}"),
        to=outside,
    )
    outside.start("apply", through=("nsenter", f"--net={network}", "--")).finish().exits(0)


def test_a_check_of_localhost_says_whose_that_is(outside: Cli, workflow: Write, engine: Engine) -> None:
    port = engine.free_port()
    workflow(
        f"""
        containers: {{web: {{<<: *server, ports: ["127.0.0.1:{port}:80"]}}}}
        checks: {{page: {{http: {{url: "http://localhost:{port}/hostname"}}, timeout: 1s}}}}
        """,
        to=outside,
    )
    assert "use the key of the container instead" in outside("apply").exits(1).text
