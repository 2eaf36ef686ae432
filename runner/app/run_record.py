"""The record of a run: its plan, a snapshot of the workflow, and its images."""

from __future__ import annotations

import os

from runner.app.loaded_workflow import LoadedWorkflow
from runner.app.request import RESTART, RunRequest
from runner.core.engine_answers import EngineJSON
from runner.core.errors import EngineError
from runner.core.gateway import Gateway
from runner.core.hashes import sha256
from runner.core.plan import Plan
from runner.core.sensitive import is_sensitive
from runner.core.state import DesiredState, Resource
from runner.core.struct import replace
from runner.history.recorder import Recording, RunMetadata
from runner.history.snapshot import ResolvedImage, Snapshot, images_json, snapshot_json, storable
from runner.history.store import PLAN, SNAPSHOT, Header, state_folder
from runner.kinds.image import IMAGE
from runner.plan.fingerprint import desired_digests
from runner.views.plan_json import plan_json


def run_recorder(request: RunRequest) -> Recording:
    """Return the recorder of a run; a repeatable run can be rolled back to."""
    workspace = request.workspace
    return Recording(
        lambda: state_folder(workspace.environ),
        run_metadata(request),
        lambda reason: workspace.warn("not-recorded", f"this run was not fully recorded: {reason}"),
    )


def run_metadata(request: RunRequest) -> RunMetadata:
    """Return what is recorded of a run besides its events, by the plan of the request."""
    workflow, plan = request.workflow, request.plan
    documents = {PLAN: plan_json(workflow.redactor.plan(plan))}
    if request.is_repeatable:
        documents[SNAPSHOT] = snapshot_json(_snapshot(workflow, plan, request.targets))
    return RunMetadata(
        _header(request),
        documents,
        lambda: images_json(_resolved(workflow.desired, request.gateway)),
        request.workspace.trusted_users,
    )


def digest_of_file(content: bytes) -> str:
    """Return the digest by which a record knows a workflow's file."""
    return f"sha256:{sha256(content).hexdigest()}"


def _header(request: RunRequest) -> Header:
    file = _absolute(request.workflow.file)
    content = request.workflow.files.seen.get(file)
    return Header(
        file=None if content is None else file,
        file_digest=None if content is None else digest_of_file(content),
        engine_id=request.plan.engine.id,
        engine_address=request.gateway.address,
        targets=request.targets,
        changed=bool(request.plan.pending) and request.command != RESTART,
    )


def _absolute(file: str) -> str:
    """Return the path by which `Files` knows a file: one of Compose may be in a folder above."""
    return os.path.abspath(file)  # noqa: PTH100 - removes "..", which Path.absolute() keeps


def _snapshot(loaded: LoadedWorkflow, plan: Plan, targets: tuple[str, ...]) -> Snapshot:
    return Snapshot(
        file=_absolute(loaded.file),
        files=storable(
            {path: content for path, content in loaded.files.seen.items() if path not in loaded.secret_files},
            loaded.redactor,
        ),
        variables={
            name: one.value
            for name, one in loaded.variables.items()
            if one.value is not None and loaded.is_public(name)
        },
        sensitive=tuple(name for name in loaded.variables if not loaded.is_public(name)),
        declared=desired_digests(plan, loaded.redactor, {}),
        targets=targets,
        compose=replace(loaded.compose, env_files=()) if loaded.compose else None,  # variables has their values
        orchestrator=loaded.engine,
    )


def _resolved(desired: DesiredState, gateway: Gateway) -> dict[str, ResolvedImage]:
    """Return the engine's image for each image address; empty if the engine fails."""
    from runner.kinds import orchestrator

    try:
        there = orchestrator(desired.orchestrator).named_images(gateway, desired.workflow)
    except EngineError:
        return {}
    wanted = {address: one for address, one in desired.resources.items() if address.kind == IMAGE.name}
    return {
        str(address): _resolved_image(one, there[one.engine_name])
        for address, one in wanted.items()
        if one.engine_name in there
    }


def _resolved_image(resource: Resource, image: EngineJSON) -> ResolvedImage:
    """Return the recorded form of an image: by ID only if its name, which digests contain, is sensitive."""
    is_named = not is_sensitive("reference", resource.sensitive_places)
    return ResolvedImage(image["Id"], tuple(image.get("RepoDigests") or ()) if is_named else ())
