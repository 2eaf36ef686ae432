"""Services that end: what others wait for to complete becomes a job."""

from __future__ import annotations

import pytest

from tests.unit.compose.mapping.mapped_project import Result, mapped

_WAITS = "depends_on: {migrate: {condition: service_completed_successfully, required: true}}"


def _project(migrate: str, more: str = "") -> Result:
    return mapped(
        f"services:\n  migrate: {{image: a, {migrate}}}\n  web: {{image: b, restart: always, {_WAITS}}}\n{more}"
    )


def test_what_is_awaited_to_complete_is_a_job() -> None:
    result = _project("command: [migrate]")
    assert result.data["jobs"] == {"migrate": {"image": "a", "command": ["migrate"]}}
    assert result.data["containers"]["web"]["depends_on"] == {"migrate": "completed"}
    assert not result.findings


def test_a_service_without_a_restart_policy_may_complete() -> None:
    result = mapped('services: {a: {image: x}, b: {image: x, restart: "no"}, c: {image: x, restart: always}}')
    containers = result.data["containers"]
    assert containers["a"]["may_complete"] is True
    assert containers["b"]["may_complete"] is True
    assert containers["c"] == {"image": "x", "restart": "always"}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("none", None), ("any", "always"), ("on-failure", "on-failure"), ("unless-stopped", "unless-stopped")],
)
def test_the_restart_policy_below_deploy_wins(policy: str, expected: str | None) -> None:
    result = mapped(
        f"services: {{a: {{image: x, restart: always, deploy: {{restart_policy: {{condition: {policy}}}}}}}}}"
    )
    assert result.data["containers"]["a"].get("restart") == expected


def test_retries_stand_for_restarts_on_failure() -> None:
    assert _project("restart: 'on-failure:3'").data["jobs"]["migrate"]["retries"] == 3


def test_a_job_that_would_always_restart_is_told() -> None:
    message = '2: restart "always" has no effect: migrate is a job, since others wait for it to complete'
    assert _project("restart: always").warnings == [message]


def test_a_healthcheck_of_a_job_is_told() -> None:
    found = _project("healthcheck: {retries: 3}")
    assert found.warnings == [
        "2: the healthcheck has no effect: migrate is a job, since others wait for it to complete"
    ]
    assert "healthcheck" not in found.data["jobs"]["migrate"]


def test_who_only_waits_for_the_start_of_a_job_waits_for_its_end() -> None:
    result = _project("", "  api: {image: c, restart: always, depends_on: {migrate: {condition: service_started}}}")
    assert result.data["containers"]["api"]["depends_on"] == {"migrate": "completed"}
    assert result.warnings == ["4: others wait for migrate to complete, so that this waits for it, too"]


def test_a_job_is_never_healthy() -> None:
    result = _project("", "  api: {image: c, depends_on: {migrate: {condition: service_healthy}}}")
    assert result.errors == ["4: others wait for migrate to complete, so that it is never healthy"]


@pytest.mark.parametrize("hook", ["post_start", "pre_stop"])
def test_a_job_has_no_hooks(hook: str) -> None:
    assert _project(f"{hook}: [{{command: [a]}}]").errors == [f"2: {hook} is not supported for what runs to its end"]


def test_a_job_has_no_replicas() -> None:
    assert _project("scale: 2").errors == ["2: 2 replicas of what runs to its end are not supported"]


def test_nobody_waits_for_a_job_without_replicas() -> None:
    result = _project("scale: 0")
    assert "jobs" not in result.data
    assert "depends_on" not in result.data["containers"]["web"]


def test_the_namespace_of_a_job_is_not_shared() -> None:
    result = _project("", "  api: {image: c, network_mode: 'service:migrate'}")
    assert result.errors == ["4: migrate runs to its end, so that its network_mode can't be shared"]
