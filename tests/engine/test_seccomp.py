"""What keeps processes in: a seccomp profile out of a file, and the paths that engines mask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from runner.core.plan import Action, Reason
from tests.engine.web import Web, declared, paths
from tests.harness.workflow import Sections, pending

PROFILE = "profile.json"


def forbidding(*calls: str) -> dict[str, Any]:
    rule = {"names": list(calls), "action": "SCMP_ACT_ERRNO"}
    return {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [rule] if calls else []}


def with_profile(web: Web, profile: Mapping[str, Any], *, indent: int | None = 2) -> Sections:
    """Put the profile beside the workflow and declare the container with it."""
    (web.workflow.folder / PROFILE).write_text(json.dumps(profile, indent=indent))
    return declared(security_opt=[f"seccomp={PROFILE}"])


def run_inside(web: Web, *command: str) -> tuple[int, str]:
    """Run a command in the container; return its exit code and what it said."""
    call = web.api.exec_create(web.id, list(command))
    said = web.api.exec_start(call).decode()
    return web.api.exec_inspect(call)["ExitCode"], said


def test_a_profile_forbids_what_it_names_and_nothing_else(web: Web) -> None:
    web.workflow.apply(with_profile(web, forbidding("mkdir", "mkdirat")))
    code, said = run_inside(web, "mkdir", "/made")
    assert (code, "Operation not permitted" in said) == (1, True)
    assert run_inside(web, "touch", "/made")[0] == 0


def test_the_content_counts_and_not_its_layout(web: Web) -> None:
    profile = forbidding("mkdir", "mkdirat")
    web.workflow.apply(with_profile(web, profile))
    assert pending(web.workflow.plan(with_profile(web, dict(reversed(profile.items())), indent=None))) == {}


def test_another_content_takes_a_new_container_and_is_shown_by_its_digest(web: Web) -> None:
    web.workflow.apply(with_profile(web, forbidding("mkdir", "mkdirat")))
    change = web.mend(with_profile(web, forbidding()))
    assert (change.action, change.reasons) == (Action.REPLACE, (Reason.CONFIG,))
    (found,) = change.diff
    assert found.path == "security_opt.seccomp"
    assert [str(side).startswith("profile ") for side in (found.before, found.after)] == [True, True]
    assert found.before != found.after
    assert run_inside(web, "mkdir", "/made")[0] == 0


def test_a_profile_taken_out_gives_the_engines_own_back(web: Web) -> None:
    web.workflow.apply(with_profile(web, forbidding("mkdir", "mkdirat")))
    assert paths(web.mend(declared())) == {"security_opt.seccomp"}
    assert run_inside(web, "mkdir", "/made")[0] == 0
    assert not web.host_config["SecurityOpt"]


@pytest.mark.parametrize("option", ["seccomp=unconfined", "seccomp:unconfined"])
def test_without_a_profile_everything_is_allowed(web: Web, option: str) -> None:
    sections = declared(security_opt=[option])
    web.workflow.apply(sections)
    assert "Seccomp:\t0" in run_inside(web, "cat", "/proc/self/status")[1]
    assert pending(web.workflow.plan(sections)) == {}


def test_unconfined_system_paths_are_neither_masked_nor_read_only(web: Web) -> None:
    masked = " /sys/firmware "
    web.workflow.apply(declared())
    assert masked in run_inside(web, "cat", "/proc/mounts")[1]
    sections = declared(security_opt=["systempaths=unconfined"])
    assert paths(web.mend(sections)) == {"security_opt.systempaths"}
    mounts = run_inside(web, "cat", "/proc/mounts")[1]
    assert masked not in mounts
    assert " /proc/sys " not in mounts
    assert (web.host_config["MaskedPaths"], web.host_config["ReadonlyPaths"]) == ([], [])
    assert paths(web.mend(declared())) == {"security_opt.systempaths"}
    assert masked in run_inside(web, "cat", "/proc/mounts")[1]
