"""Limits and restart policy: changed in place, set back when another hand changed them, and what if they can't be."""

from __future__ import annotations

from typing import Any

import pytest

from runner.core.plan import Action, Reason
from tests.engine.web import Web, declared, drifted, in_place
from tests.harness.workflow import Sections, pending

MEGABYTE = 1024 * 1024

LIMITS: dict[str, tuple[Any, dict[str, Any]]] = {
    "cpus": (0.5, {"NanoCpus": 250_000_000}),
    "cpu_shares": (512, {"CpuShares": 256}),
    "cpuset": ("0-1", {"CpusetCpus": "1"}),
    "memory": ("64m", {"Memory": 96 * MEGABYTE, "MemorySwap": 192 * MEGABYTE}),
    "memory_reservation": ("32m", {"MemoryReservation": 16 * MEGABYTE}),
    "pids": (100, {"PidsLimit": 50}),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_that_was_updated_by_hand_is_set_back_in_place(web: Web, limit: str) -> None:
    value, by_hand = LIMITS[limit]
    sections = declared(limits={limit: value})
    web.workflow.apply(sections)
    before = {name: web.host_config[name] for name in by_hand}
    web.update(**by_hand)
    with in_place(web):
        assert drifted(web.mend(sections), f"limits.{limit}")
    assert {name: web.host_config[name] for name in by_hand} == before


def test_a_restart_policy_that_was_updated_by_hand_is_set_back_in_place(web: Web) -> None:
    sections = declared(restart="unless-stopped")
    web.workflow.apply(sections)
    web.update(RestartPolicy={"Name": "no"})
    with in_place(web):
        assert drifted(web.mend(sections), "restart")
    assert web.host_config["RestartPolicy"]["Name"] == "unless-stopped"


def test_a_limit_that_nobody_declared_is_nobodys_business(web: Web) -> None:
    sections = declared(limits={"memory": "64m"})
    web.workflow.apply(sections)
    web.update(CpuShares=256, RestartPolicy={"Name": "always"})
    assert pending(web.workflow.plan(sections)) == {}


def test_what_was_set_in_place_is_known_to_have_been_set(web: Web) -> None:
    web.workflow.apply(declared(limits={"pids": 100}))
    web.workflow.apply(declared(limits={"pids": 50}))
    web.update(PidsLimit=70)
    assert drifted(web.mend(declared(limits={"pids": 50})), "limits.pids")
    change = web.mend(declared())
    assert (change.action, change.reasons) == (Action.UPDATE, (Reason.CONFIG,))
    web.update(PidsLimit=70)
    assert pending(web.workflow.plan(declared())) == {}


def test_memory_is_raised_and_lowered_with_the_swap_that_goes_with_it(web: Web) -> None:
    web.workflow.apply(declared(limits={"memory": "64m"}))
    for megabytes in (256, 32):
        with in_place(web):
            web.mend(declared(limits={"memory": f"{megabytes}m"}))
        assert web.host_config["Memory"] == megabytes * MEGABYTE
        assert web.host_config["MemorySwap"] == 2 * megabytes * MEGABYTE


def test_all_swap_stays_all_swap_when_memory_changes(web: Web) -> None:
    web.workflow.apply(declared(limits={"memory": "64m", "memory_swap": -1}))
    with in_place(web):
        web.mend(declared(limits={"memory": "96m", "memory_swap": -1}))
    assert (web.host_config["Memory"], web.host_config["MemorySwap"]) == (96 * MEGABYTE, -1)


def test_a_limit_that_the_engine_refuses_to_change_is_brought_by_a_new_container(web: Web) -> None:
    web.workflow.apply(declared())
    web.update(CpuQuota=50_000)  # from now on the engine takes no number of processors
    before = web.id
    change = web.mend(declared(limits={"cpus": 0.25}))
    assert change.action is Action.UPDATE
    assert web.id != before
    assert (web.host_config["NanoCpus"], web.host_config["CpuQuota"]) == (250_000_000, 0)


def test_memory_that_is_in_use_is_taken_away_by_a_new_container(web: Web) -> None:
    fill = "[ -e /state/filled ] || dd if=/dev/zero of=/memory/file bs=1M count=30; touch /state/filled"
    container = {
        "command": ["sh", "-c", f"{fill}; exec sleep 600"],
        "tmpfs": "/memory",
        "volumes": ["state:/state"],  # so that only the first one fills its memory
        "healthcheck": {"test": "test -e /state/filled", "interval": "100ms"},
    }

    def limited(memory: str) -> Sections:
        return {"volumes": {"state": {}}, **declared(**container, limits={"memory": memory, "memory_swap": memory})}

    web.workflow.apply(limited("64m"))
    before = web.id
    assert web.mend(limited("16m")).action is Action.UPDATE
    assert web.id != before
    assert web.host_config["Memory"] == 16 * MEGABYTE
