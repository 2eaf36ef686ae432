"""Networks that are removed from a swarm while a node's tasks are still leaving them."""

from __future__ import annotations

from collections.abc import Callable

from tests.harness.cli import Cli
from tests.harness.image import BASE

SLOW_TO_STOP = """\
images: {{base: {{reference: '{image}', pull: never}}}}
networks: {{front: {{labels: {{colour: {colour}}}}}}}
containers:
  web:
    image: base
    command: [sh, -c, "trap 'sleep 6; exit' TERM; while :; do sleep 0.1; done"]
    place: {{constraints: [node.hostname==n1]}}
    networks: [front]
    update: {{order: start-first, settle: 100ms}}
"""


def test_a_network_that_tasks_are_still_leaving_is_gone(cli: Cli, workflow: Callable) -> None:
    for colour in ("red", "blue"):
        workflow(SLOW_TO_STOP.format(image=BASE, colour=colour))
        cli("apply").exits(0)
    cli("plan", "--detailed-exitcode").exits(0)
