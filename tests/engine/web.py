"""One container of a workflow that other hands than runner's lay hold of, as the tests see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from docker import APIClient

from runner.core.plan import Action, Change, Reason
from tests.harness.image import BASE
from tests.harness.workflow import Sections, Workflow, change_of, pending

SLEEPER = {"image": BASE, "init": True, "command": ["sleep", "600"], "stop_grace_period": "1s"}
OFFLINE = {**SLEEPER, "network_mode": "none"}


@dataclass(frozen=True, slots=True)
class Web:
    """The container `web` of a workflow, and a hand that isn't runner's."""

    workflow: Workflow
    api: APIClient

    @property
    def name(self) -> str:
        return f"{self.workflow.name}-web-1"

    @property
    def inspect(self) -> Mapping[str, Any]:
        return self.api.inspect_container(self.name)  # type: ignore[no-any-return]

    @property
    def id(self) -> str:
        return str(self.inspect["Id"])

    @property
    def host_config(self) -> Mapping[str, Any]:
        return self.inspect["HostConfig"]  # type: ignore[no-any-return]

    @property
    def networks(self) -> Mapping[str, Any]:
        return self.inspect["NetworkSettings"]["Networks"]  # type: ignore[no-any-return]

    @property
    def status(self) -> str:
        return str(self.inspect["State"]["Status"])

    def update(self, **host_config: Any) -> None:
        """Change limits, as `docker update` does."""
        url = f"{self.api.base_url}/v{self.api.api_version}/containers/{self.name}/update"
        self.api.post(url, json=host_config).raise_for_status()

    def mend(self, sections: Sections) -> Change:
        """Apply, see that nothing is left to do, and return what happened to the container."""
        plan = self.workflow.apply(sections)
        assert pending(self.workflow.plan(sections)) == {}
        return change_of(plan, "container.web")


def declared(**options: Any) -> Sections:
    return {"containers": {"web": {**OFFLINE, **options}}}


@contextmanager
def in_place(web: Web) -> Iterator[None]:
    before = web.id
    yield
    assert web.id == before, "the container was made anew"


def paths(change: Change) -> set[str]:
    return {diff.path for diff in change.diff}


def drifted(change: Change, *fields: str) -> bool:
    """Tell whether exactly these fields were mended, as drift, in place."""
    return (change.action, change.reasons, paths(change)) == (Action.UPDATE, (Reason.DRIFT,), set(fields))
