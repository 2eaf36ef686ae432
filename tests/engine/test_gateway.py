"""The gateway's own ways with the engine's API."""

from __future__ import annotations

from runner.core.gateway import Gateway

MORE_THAN_THE_SDK_KEEPS = 30


def test_calls_go_on_after_logs_were_read_of_many_containers(gateway: Gateway) -> None:
    gateway.containers.list()
    for number in range(MORE_THAN_THE_SDK_KEEPS):
        assert gateway.containers.tail(f"no-such-{number}", 5) == ()
    gateway.containers.list()
