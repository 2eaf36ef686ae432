"""Load a workflow as an earlier run applied it: with its recorded files, variables and images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runner.app.load import load
from runner.app.loaded_workflow import InputOverrides, LoadedWorkflow
from runner.app.source import Source
from runner.app.workspace import Workspace
from runner.core.address import Address
from runner.core.compose_options import ComposeOptions
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import EngineError, RunnerError
from runner.core.gateway import Gateway
from runner.core.plan import Plan
from runner.core.state import DesiredState, Resource
from runner.core.struct import replace
from runner.core.values import Value
from runner.document.files import Files
from runner.history.snapshot import ResolvedImage, Snapshot
from runner.kinds.image import IMAGE
from runner.kinds.image.declare import pulled_image
from runner.kinds.image.substitute import pinned_to, substitute_images
from runner.plan.fingerprint import changed_addresses, changed_fields, desired_digests

Pins = Mapping[Address, Mapping[str, Value]]
"""Image declarations by ID or digest, by the address of the image."""


def pin(images: Mapping[str, ResolvedImage], gateway: Gateway, commit: str | None) -> Pins:
    """Declare images by ID if the engine has them, else by a digest that a registry has.

    RunnerError if one is no longer available; it suggests `commit` for building it again.
    """
    there = {str(image["Id"]) for image in gateway.images.list()}
    return {Address.parse(text): _declaration(text, image, there, gateway, commit) for text, image in images.items()}


def _declaration(
    address: str, image: ResolvedImage, there: set[str], gateway: Gateway, commit: str | None
) -> Mapping[str, Value]:
    if image.id in there:
        return pinned_to(image.id, "never")
    for digest in image.digests:
        if _is_in_registry(digest, gateway):
            return pinned_to(digest, "missing")
    where = f"check out {commit[:12]}" if commit else "restore its files"
    message = f"{address} not found: {image.id[:19]} is neither on the engine nor in a registry"
    raise RunnerError(message, help=f"{where} and apply it to build or pull it again", code="cannot-roll-back")


def _is_in_registry(digest: str, gateway: Gateway) -> bool:
    try:
        gateway.images.registry_digest(digest)
    except EngineError:
        return False
    return True


def load_recorded(
    snapshot: Snapshot, given: Source, pins: Pins, workspace: Workspace, *, contents: bool = True
) -> LoadedWorkflow:
    """Load the workflow from a record; the `given` variables are added to the recorded ones.

    Without `contents`, build contexts are not read.
    """
    source = replace(
        given,
        file=snapshot.file,
        compose=snapshot.compose or ComposeOptions(),
        engine=given.engine or snapshot.orchestrator,
    )
    files = Files(replace(workspace.access, variables=snapshot.sensitive), snapshot.files)
    return load_pinned(source, workspace, InputOverrides(files, pins), snapshot.variables, contents=contents)


def load_pinned(
    source: Source, workspace: Workspace, inputs: InputOverrides, variables: Mapping[str, str], *, contents: bool = True
) -> LoadedWorkflow:
    """Load a recorded workflow, with its images pinned by the overrides of `inputs`.

    Sensitive variables come from the environment or from `source`.
    """
    known = tuple(f"{name}={value}" for name, value in variables.items())
    source = replace(source, variables=(*known, *source.variables))
    loaded = load(source, workspace, contents=contents, inputs=inputs)
    return replace(loaded, desired=_pinned(loaded.desired, inputs.overrides))


def _pinned(desired: DesiredState, pins: Pins) -> DesiredState:
    """Also pin images without an entry of their own, which are only named where they are used."""
    named = [address for address, one in desired.resources.items() if one.shared and address in pins]
    return substitute_images(desired, {address: _pulled(address, pins) for address in named})


def _pulled(address: Address, pins: Pins) -> Resource:
    return pulled_image(address.name, str(pins[address]["reference"]), str(pins[address]["pull"]), shared=True)


def check_pins(desired: DesiredState, pins: Pins, run: str) -> None:
    """Raise RunnerError if an image of the run wasn't recorded: a rollback needs exactly that image."""
    free = [str(address) for address in desired.resources if address.kind == IMAGE.name and address not in pins]
    if free:
        raise RunnerError(f"run {run} did not record its {', '.join(free)}", code="cannot-roll-back")


def differences(snapshot: Snapshot, plan: Plan, loaded: LoadedWorkflow, run: str) -> Iterator[Diagnostic]:
    """Yield a warning for each declaration that differs from the recorded one, except for images, which are pinned."""
    then = snapshot.declared
    now = desired_digests(plan, loaded.redactor, then)
    for address in _but_images(changed_addresses(then, now)):
        names = ", ".join(changed_fields(then.get(address), now.get(address))) or "the whole resource"
        message = f"{address} differs from run {run}: {names}"
        help = "sensitive values, secrets and triggers are not recorded; current ones are used"
        yield Diagnostic("not-as-it-was", message, help=help, severity=Severity.WARNING)


def _but_images(addresses: Iterable[str]) -> Iterator[str]:
    return (address for address in addresses if Address.parse(address).kind != IMAGE.name)
