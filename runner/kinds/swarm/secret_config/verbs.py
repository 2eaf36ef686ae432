"""The operations on secrets and configs of a swarm: a change of content is another one beside the former."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runner import __version__
from runner.core.diagnostic import Diagnostic, Severity
from runner.core.errors import Conflict, InUse
from runner.core.plan import Reason
from runner.core.resource_state import State
from runner.core.values import Digest
from runner.kinds.secret_config import CONTENT, ContentSettings
from runner.kinds.swarm.names import numbered
from runner.kinds.swarm.secret_config.content import DIGITS, ROWS
from runner.kinds.swarm.versions import ON_SWARM, every_version
from runner.resource.labels import applied_digests, creation_labels, ownership

if TYPE_CHECKING:
    from runner.core.swarm import Contents
    from runner.core.task import Task

_HELP = "remove it there, or the service; then try again"


def create(task: Task) -> str:
    """Create one version; others of the workflow stay until the end of the run."""
    task.set_state(State.CREATING)
    resource, things = task.desired, _things(task)
    applied = applied_digests(ROWS, resource.fields, resource.sensitive_places)
    own = ownership(task.workflow, resource, applied, __version__, file=task.file)
    labels = {**creation_labels(resource, task.attribute), **own, **ON_SWARM}
    recorded = str(applied[CONTENT])
    # A digest of something short could be guessed: in the name of a secret it is salted, too.
    digest = recorded[-DIGITS:] if Digest(recorded).is_salted else str(resource.fields[CONTENT])
    id, name = _create(
        things, f"{resource.engine_name}-{digest}", labels, resource.settings_as(ContentSettings).content
    )
    task.on_rollback(partial(things.remove, id))
    task.tell({"name": name})
    return id


def _create(things: Contents, base: str, labels: dict[str, str], content: bytes) -> tuple[str, str]:
    """Create one under the first name that nobody has; return its id and name."""
    for name in numbered(base):
        try:
            return things.create(name, labels, content), name
        except Conflict:  # of another workflow, or made by hand: whose it is doesn't matter, as names aren't the user's
            continue
    raise AssertionError("numbers don't end")


def _things(task: Task) -> Contents:
    swarm = task.gateway.swarm
    return swarm.secrets if task.change.address.kind == "secret" else swarm.configs


def delete(task: Task) -> str | None:
    """Remove all versions; return the id if the workflow goes, and one is left to others that have it.

    An apply fails instead: the file says what there should be.
    """
    task.set_state(State.REMOVING)
    if task.change.reasons != (Reason.REQUESTED,):
        task.on_commit(partial(_remove, task))
        return None
    try:
        _remove(task)
    except InUse as error:
        warning = Diagnostic("still-in-use", error.message, help=error.help, severity=Severity.WARNING)
        task.warn(warning)
        return task.observed.id
    return None


def _remove(task: Task) -> None:
    for id in every_version(task.observed):
        try:
            _things(task).remove(id)
        except InUse as error:
            raise InUse(error.message, help=_HELP, code="still-in-use") from error
