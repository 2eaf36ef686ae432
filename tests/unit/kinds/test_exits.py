"""How a container ended is told with what its exit code stands for, and with what helps."""

from __future__ import annotations

import pytest

from runner.kinds.container.verbs.exits import exit_message, last_exit_code


def ended(code: int, *, limit: int = 0, **state: object) -> tuple[str, str | None]:
    inspect = {
        "State": {"Running": False, "ExitCode": code, "OOMKilled": False, "Error": "", **state},
        "HostConfig": {"Memory": limit},
    }
    return exit_message("exited", inspect)


@pytest.mark.parametrize(
    ("code", "message", "help"),
    [
        (0, "exited with code 0", None),
        (3, "exited with code 3", None),
        (126, "exited with code 126 (command not executable)", "make the file executable"),
        (127, "exited with code 127 (command not found)", "fix command or entrypoint"),
        (137, "exited with code 137 (SIGKILL)", "killed from outside"),
        (139, "exited with code 139 (SIGSEGV: invalid memory access)", None),
        (143, "exited with code 143 (SIGTERM)", "stopped from outside"),
    ],
)
def test_an_exit_code_is_told_with_what_it_stands_for(code: int, message: str, help: str | None) -> None:
    said, helps = ended(code)
    assert said == message
    assert (helps is None) if help is None else (help in str(helps))


def test_memory_that_ran_out_is_told_with_its_limit() -> None:
    assert ended(137, limit=64 << 20, OOMKilled=True)[0] == "killed: out of memory; limits.memory is 64m"
    assert ended(1, limit=1 << 30, OOMKilled=True)[0] == "exited with code 1: out of memory; limits.memory is 1g"
    assert ended(137, OOMKilled=True)[0].startswith("killed: out of memory; limits.memory is not set")


def test_what_is_up_again_is_only_said_to_keep_restarting() -> None:
    assert ended(0, Running=True)[0] == "keeps restarting"
    assert last_exit_code({"State": {"Running": True, "ExitCode": 0}}) is None


def test_what_waits_for_its_restart_still_has_its_exit_code() -> None:
    waiting = {"Running": True, "Restarting": True}
    assert ended(3, **waiting)[0] == "exited with code 3"
    assert last_exit_code({"State": {**waiting, "ExitCode": 3}}) == 3
