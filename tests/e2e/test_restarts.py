"""The engine restarted, killed or stopped for a while at any call of a run: the next run ends as if it had not been.

`make test` does so at a few points drawn with a fixed seed; RUNNER_RESTARTS=100 at so many, RUNNER_SEED=2 at others.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock, Timer

import pytest

from tests.e2e.shop import Shop, Tour
from tests.harness.cli import Cli
from tests.harness.engine import PrivateEngine
from tests.harness.fault_proxy import Fault, FaultProxy
from tests.harness.live import Live

RESTARTS = int(os.environ.get("RUNNER_RESTARTS", "2"))
SEED = os.environ.get("RUNNER_SEED", "1")

_FIRST = 4
"""The calls before this one only ask who answers."""
_PAUSE = 2.0
_PATIENCE = 60.0
"""Seconds, far above what a run takes that waits for an engine to come back."""


class Shaker:
    """Does something to an engine while a call is on its way, and can tell when that is over."""

    def __init__(self, engine: PrivateEngine) -> None:
        self._engine = engine
        self._timer: Timer | None = None
        self._at_work = Lock()
        self.deeds: dict[str, Callable[[], None]] = {
            "restart": self._engine.restart,
            "kill": self._kill,
            "pause": self._pause,
        }

    def fault(self, draw: random.Random, calls: int) -> tuple[str, Fault]:
        """Draw a call out of so many, and what happens then or soon after."""
        name, delay, number = draw.choice(list(self.deeds)), draw.choice((0, 0, 0.05, 0.3)), draw.randint(_FIRST, calls)
        deed = self.deeds[name]
        return f"{name} at call {number} + {delay} s", Fault("do", nth=number, deed=lambda: self._do(deed, delay))

    def calm(self) -> None:
        """Return when what was begun is over."""
        if self._timer is not None:
            self._timer.join()
            self._timer = None
        with self._at_work:
            pass

    def _do(self, deed: Callable[[], None], delay: float) -> None:
        def at_work() -> None:
            with self._at_work:
                deed()

        if delay:
            self._timer = Timer(delay, at_work)
            self._timer.start()
        else:
            at_work()

    def _kill(self) -> None:
        """Kill it and start it again; Engine 20.10 may panic at that, until the machine is started anew."""
        try:
            self._engine.restart("kill")
        except RuntimeError:
            self._engine.power_cut()
            self._engine.start()

    def _pause(self) -> None:
        self._engine.signal("STOP")
        time.sleep(_PAUSE)
        self._engine.signal("CONT")


@pytest.fixture(params=[(), ("--live-restore",)], ids=["containers die", "containers live on"])
def shaken(
    request: pytest.FixtureRequest,
    private_engines: Callable[..., PrivateEngine],
    clients: Callable[..., Cli],
    workflow: Callable[..., Path],
    workflow_name: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Shop, Shaker]]:
    engine = private_engines(data="", options=request.param)
    cli = clients(at=engine)

    def write(text: str) -> Path:
        return workflow(text, to=cli)

    with (
        engine.client(timeout=60) as client,
        FaultProxy(tmp_path_factory.mktemp("p") / "s", engine.url) as proxy,
    ):
        yield Shop(cli, write, Live(engine, client, workflow_name), client, proxy), Shaker(engine)


def test_an_engine_that_is_shaken_at_any_call_is_waited_for_or_told(shaken: tuple[Shop, Shaker]) -> None:
    shop, shaker = shaken
    tour, draw = Tour(shop, RESTARTS), random.Random(SEED)
    for edge in tour:
        what, fault = shaker.fault(draw, tour.calls[edge])
        told = f"{edge}: {what}"
        began = time.monotonic()
        ended = shop.disturb(edge.after, fault)
        took = time.monotonic() - began
        shaker.calm()
        assert ended.exit_code in (0, 1, 3, 5), f"{told}: {ended.text}"
        assert took < _PATIENCE, f"{told}: {took:.0f} s\n{ended.text}"
        assert "Traceback" not in ended.text, f"{told}: {ended.text}"
        tour.complete(edge, told)
