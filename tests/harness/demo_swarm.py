"""Shows runner on a swarm of three engines on this machine: the shop, a node that stops, a bad version, a new secret.

From the repository's root: ``python -m tests.harness.demo_swarm``; ends with an error as soon as a step goes otherwise
than it says, and leaves nothing behind.
"""

from __future__ import annotations

import base64
import os
import shlex
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from urllib.error import HTTPError

from tests.harness.registry import Registry
from tests.harness.swarm import Node, Swarm
from tests.harness.swarm_state import tasks
from tests.harness.until import until

ROOT = Path(__file__).parents[2]
WORKFLOW = "workflows/swarm/workflow.yaml"
PORT = 8090
PAGE, API = "shop-web", "shop-api"
REPLICAS = 2
LOGINS = "LOGINS=/menu.txt:ada:"
ROLLED_BACK = 5


def main() -> None:
    """Run the demo from its first step to its last."""
    subprocess.run(["tests/harness/install.sh", "swarm"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory(prefix="runner-demo-") as folder, ExitStack() as after:
        _say("Three engines, each in a network of its own as if it were another machine, become one swarm.")
        swarm = Swarm(Path(folder) / "swarm")
        after.callback(swarm.dispose)
        swarm.start()
        _Demo(swarm, swarm.start_registry()).run()
        _say("That's it. The three engines are stopped and removed.")


class _Demo:
    """The steps, on one swarm and its registry."""

    def __init__(self, swarm: Swarm, registry: Registry) -> None:
        self._swarm = swarm
        self._variables = ["--var", f"REGISTRY={registry.host}", "--var", f"PORT={PORT}"]

    def run(self) -> None:
        """Run the steps."""
        print(f"engine: {self._swarm.url}, and {len(self._swarm.nodes) - 1} more; registry: {self._variables[1]}")
        _say(
            "The shop is built, pushed, and put on the swarm. Its port is each node's own, and names lead to tasks:"
            " that works without the kernel's load balancer (IPVS), which a machine like this one may lack."
        )
        self._runner("apply")
        self._orders(*self._swarm.nodes)
        _say("Another apply finds nothing to do.")
        self._runner("plan", "--detailed-exitcode")
        self._stop_a_node()
        self._release_what_is_broken()
        self._change_a_secret()
        _say("It is taken down again.")
        self._runner("destroy", "--yes", "--images")

    def _stop_a_node(self) -> None:
        *others, last = self._swarm.nodes
        _say(f"The power of {last.name} goes. The shop goes on: what ran there is started on the others.")
        self._swarm.down(last)
        self._orders(*others)
        self._await(last, "down")
        self._runner("status", exits=None)
        _say(f"{last.name} comes back.")
        self._swarm.up(last)
        self._await(last, "ready")
        self._orders(*self._swarm.nodes)

    def _await(self, node: Node, state: str) -> None:
        """Wait until the swarm knows how a node is, and all runs that has to on the nodes that are up."""

        def is_so() -> bool:
            states = self._swarm.states(client)
            up = {name for name, found in states.items() if found == "ready"}
            running = [task.service for task in tasks(client) if task.state == "running" and task.node in up]
            return states[node.name] == state and running.count(PAGE) == len(up) and running.count(API) == REPLICAS

        with self._swarm.client() as client:
            until(is_so, bool, 90)

    def _release_what_is_broken(self) -> None:
        _say("A bad version: its API asks for the orders where nobody has any. It is rolled back: exit code 5.")
        self._runner("apply", "--var", "DATABASE=nowhere", exits=ROLLED_BACK)
        self._orders(*self._swarm.nodes)

    def _change_a_secret(self) -> None:
        first = self._swarm.nodes[0]
        _say("The menu is for who has the password, a secret. A new one is a new object on the swarm; the old goes.")
        self._menu(first, "tea", "200 ")
        self._runner("apply", "--var", f"{LOGINS}milk")
        self._menu(first, "tea", "401 ")
        self._menu(first, "milk", "200 ")

    def _runner(self, command: str, *more: str, exits: int | None = 0) -> None:
        given = [command, WORKFLOW, *self._variables, *more]
        _show("runner", *given)
        done = subprocess.run(
            [*self._swarm.prefix, sys.executable, "-m", "runner", *given],
            cwd=ROOT,
            env={**os.environ, "DOCKER_HOST": self._swarm.url},
            check=False,
        )
        if exits is not None and done.returncode != exits:
            sys.exit(f"demo: exit code {done.returncode} instead of {exits}")

    def _orders(self, *nodes: Node) -> None:
        """Show what the shop says on some nodes; each has to answer within a minute."""
        for node in nodes:
            self._fetch(f"http://{node.address}:{PORT}/cgi-bin/orders", "200 ")

    def _menu(self, node: Node, password: str, expected: str) -> None:
        """Show what the menu is to somebody with a password."""
        login = base64.b64encode(f"ada:{password}".encode()).decode()
        self._fetch(f"http://{node.address}:{PORT}/menu.txt", expected, Authorization=f"Basic {login}")

    def _fetch(self, url: str, expected: str, **headers: str) -> None:
        """Show a page, as soon as its status is the expected one."""
        _show("curl", *(f"-H{name}: {value}" for name, value in headers.items()), url)

        def ask() -> str:
            return self._ask(urllib.request.Request(url, headers=headers))

        print(until(ask, lambda found: found.startswith(expected), 60))

    def _ask(self, request: urllib.request.Request) -> str:
        try:
            with self._swarm.network(), urllib.request.urlopen(request, timeout=5) as answer:
                return f"{answer.status} {answer.reason}: {answer.read().decode().strip()}"
        except HTTPError as refused:
            return f"{refused.code} {refused.reason}"
        except OSError as error:
            return str(error)


def _say(sentence: str) -> None:
    print(f"\n# {sentence}", flush=True)


def _show(*command: str) -> None:
    print(f"\n$ {shlex.join(command)}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
