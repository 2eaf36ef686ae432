"""Shows runner at work on the website example: plan, apply, look at the page, apply again, change the page.

Takes the engine that this machine has, else starts one (`make engine`). From the repository's root:
``python -m tests.harness.demo``; ends with an error as soon as a step fails.
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from docker import DockerClient
from docker.context import ContextAPI
from docker.errors import DockerException

from tests.harness.image import BASE, make_base

ROOT = Path(__file__).parents[2]
WORKFLOW = "workflows/website/workflow.yaml"
PAGE = "workflows/website/www/index.html"
TITLE, NEW_TITLE = "<title>It runs: the website example</title>", "<title>It runs, and it changes</title>"
OWNED = {"label": "runner.workflow=website"}
USUAL_PORT = 8080
PULL_SECONDS = 20


def main() -> None:
    """Run the demo from its first step to its last."""
    url = _engine_of_this_machine() or _engine_of_our_own()
    print(f"engine: {url}")
    with closing(DockerClient(base_url=url, timeout=PULL_SECONDS)) as client:
        _ensure_base_image(client, url)
        port = _port(client)
        variables = [] if port == USUAL_PORT else ["--var", f"PORT={port}"]
        _runner(url, "plan", WORKFLOW, *variables)
        _runner(url, "apply", WORKFLOW, *variables)
        _fetch(f"http://127.0.0.1:{port}/")
        containers = _containers(client)
        _runner(url, "apply", WORKFLOW, *variables)
        if _containers(client) != containers:
            sys.exit("demo: the second apply replaced containers, and should have changed nothing")
        with _changed_page():
            _runner(url, "apply", WORKFLOW, *variables)
            _fetch(f"http://127.0.0.1:{port}/")
    _say_what_is_next(url, port, variables)


def _say_what_is_next(url: str, port: int, variables: Sequence[str]) -> None:
    command = f"DOCKER_HOST={url} .venv/bin/runner"
    print(f"\nThe site is at http://127.0.0.1:{port}/ now; {PAGE} is as it was. Change it yourself, and run again:")
    print(f"  {shlex.join([*command.split(), 'apply', WORKFLOW, *variables])}")
    print("To take it down again:")
    print(f"  {command} destroy {WORKFLOW}")
    if _is_our_own(url):
        print("  make engine-stop")


@contextmanager
def _changed_page() -> Iterator[None]:
    """Change the title of the page in this checkout, as a person would, and restore it at the end."""
    page = ROOT / PAGE
    before = page.read_bytes()
    _show("sed", "-i", f"s|{TITLE}|{NEW_TITLE}|", PAGE)
    page.write_bytes(before.replace(TITLE.encode(), NEW_TITLE.encode()))
    try:
        yield
    finally:
        page.write_bytes(before)


def _engine_of_this_machine() -> str | None:
    """Return the URL of the first engine that answers, as its address is usually found."""
    for url in _candidates():
        try:
            with closing(DockerClient(base_url=url, timeout=3)) as client:
                client.ping()
                return url
        except (DockerException, OSError):
            continue
    return None


def _candidates() -> Iterator[str]:
    """Yield addresses on this machine only: elsewhere the page would not be at 127.0.0.1."""
    named = [os.environ.get("DOCKER_HOST")]
    context = ContextAPI.get_current_context()
    named += [context.Host if context else None, "unix:///var/run/docker.sock", _own_url()]
    for url in filter(None, named):
        parts = urlsplit(url)
        if parts.scheme == "unix" or parts.hostname in ("localhost", "127.0.0.1"):
            yield url


def _engine_of_our_own() -> str:
    _show("make", "engine")
    subprocess.run(["tests/harness/local.sh", "start"], cwd=ROOT, check=True)
    return _own_url()


def _own_url() -> str:
    return f"unix://{ROOT.joinpath('.engine').resolve()}/docker.sock"


def _is_our_own(url: str) -> bool:
    return url == _own_url()


def _ensure_base_image(client: DockerClient, url: str) -> None:
    if client.images.list(name=BASE):
        return
    try:
        client.images.pull(BASE)
    except (DockerException, OSError):  # offline, most likely
        print(f"making {BASE} from this machine's busybox")
        subprocess.run(["tests/harness/install.sh", "engine"], cwd=ROOT, check=True)
        make_base(url, BASE)


def _port(client: DockerClient) -> int:
    """Return the port of the site that is there already, else the first free one from 8080 on."""
    for container in client.api.containers(filters=OWNED):
        for mapping in container["Ports"]:
            if "PublicPort" in mapping:
                return int(mapping["PublicPort"])
    return next(port for port in range(USUAL_PORT, USUAL_PORT + 100) if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _containers(client: DockerClient) -> set[str]:
    return {container["Id"] for container in client.api.containers(filters=OWNED)}


def _runner(url: str, *arguments: str) -> None:
    _show("runner", *arguments)
    environment = {**os.environ, "DOCKER_HOST": url}
    subprocess.run([sys.executable, "-m", "runner", *arguments], cwd=ROOT, env=environment, check=True)


def _fetch(url: str) -> None:
    _show("curl", url)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=10) as answer:
            page = answer.read().decode()
    except OSError as error:
        sys.exit(f"demo: no page at {url}: {error}")
    title = page.partition("<title>")[2].partition("</title>")[0]
    print(f"{answer.status} {answer.reason}, {len(page)} characters: “{title}”")


def _show(*command: str) -> None:
    print(f"\n$ {shlex.join(command)}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
